// What one would write by hand for these three models and no others: no language, no ledger, no
// series. `npm run bench` measures Spillway against it on the same machine, in the same run.
//
//   g++ -O3 -march=native -std=c++20 yardstick.cpp -o yardstick
//   ./yardstick pq W1 20000000 1      M/M/1, load 0.8: customers, seed
//   ./yardstick pq W2 10000000 1      M/M/10, load 0.8: customers, seed
//   ./yardstick pq W3 600 1           the retry storm: simulated seconds, seed
//   ./yardstick rusage OUT COMMAND... runs a command, its output into OUT; prints what it took
//
// pq: events in a std::priority_queue, what one writes first. It prints one line of JSON: `cpu` is
// the whole process, `loop` the events alone.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <queue>
#include <vector>

namespace {

double seconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

// wyrand (Wang Yi, public domain): an addition, and the two halves of one product.
class Draws {
  uint64_t state;

 public:
  explicit Draws(uint64_t seed) : state(seed * 0x9e3779b97f4a7c15ULL) {}
  uint64_t bits() {
    state += 0xa0761d6478bd642fULL;
    const auto product = (unsigned __int128)(state) * (state ^ 0xe7037ed1a0b428dbULL);
    return uint64_t(product >> 64) ^ uint64_t(product);
  }
  // Uniform in (0, 1].
  double share() { return 1.0 - double(int64_t(bits() >> 11)) * 0x1.0p-53; }
  double exponential(double mean) { return -std::log(share()) * mean; }
};

enum Kind : uint32_t { kArrival, kDone, kTimeout };

// Sixteen bytes: the kind is in the low bits of `what`.
struct Event {
  double time;
  uint32_t sequence;
  uint32_t what;
};
struct Later {
  bool operator()(const Event& a, const Event& b) const {
    return a.time > b.time || (a.time == b.time && a.sequence > b.sequence);
  }
};

class Agenda {
  std::priority_queue<Event, std::vector<Event>, Later> pending;
  uint32_t sequence = 0;

 public:
  void put(double time, Kind kind, uint32_t row) {
    pending.push({time, sequence++, row << 2 | kind});
  }
  Event take() {
    Event first = pending.top();
    pending.pop();
    return first;
  }
  bool empty() const { return pending.empty(); }
};

// First in, first out; room doubles, so it is a power of two.
template <class T>
class Line {
  std::vector<T> room = std::vector<T>(1024);
  size_t head = 0;

 public:
  size_t size = 0;
  void put(T value) {
    if (size == room.size()) {
      std::rotate(room.begin(), room.begin() + long(head), room.end());
      head = 0;
      room.resize(size * 2);
    }
    room[(head + size++) & (room.size() - 1)] = value;
  }
  T take() {
    T value = room[head];
    head = (head + 1) & (room.size() - 1);
    size--;
    return value;
  }
};

struct Told {
  uint64_t events = 0, attempts = 0, good = 0, left = 0;
  std::vector<float> sojourns;
};

// Poisson arrivals, `workers` exponential workers of mean 1, first come first served.
Told queueing(uint64_t customers, double rate, uint32_t workers, uint64_t seed) {
  Told told;
  Draws draws(seed);
  Agenda agenda;
  Line<double> waiting;
  std::vector<double> arrived(workers);
  std::vector<float> sojourns;
  sojourns.reserve(customers);
  std::vector<uint32_t> idle;
  for (uint32_t worker = 0; worker < workers; worker++) idle.push_back(worker);
  const double gap = 1 / rate;
  uint64_t sent = 0, events = 0;
  agenda.put(draws.exponential(gap), kArrival, 0);
  while (!agenda.empty()) {
    const Event event = agenda.take();
    events++;
    if ((event.what & 3) == kArrival) {
      if (++sent < customers) agenda.put(event.time + draws.exponential(gap), kArrival, 0);
      if (idle.empty()) {
        waiting.put(event.time);
        continue;
      }
      const uint32_t worker = idle.back();
      idle.pop_back();
      arrived[worker] = event.time;
      agenda.put(event.time + draws.exponential(1), kDone, worker);
    } else {
      const uint32_t worker = event.what >> 2;
      sojourns.push_back(float(event.time - arrived[worker]));
      if (waiting.size > 0) {
        arrived[worker] = waiting.take();
        agenda.put(event.time + draws.exponential(1), kDone, worker);
      } else {
        idle.push_back(worker);
      }
    }
  }
  told.events = events;
  told.attempts = sent;
  told.good = sojourns.size();
  told.sojourns = std::move(sojourns);
  return told;
}

// 1200/s into ten workers of 10 ms; 100 ms timeout, three retries at once; nothing is cancelled.
Told storm(double until, uint64_t seed) {
  constexpr double kGap = 1.0 / 1200, kWork = 0.010, kTimeoutAfter = 0.100;
  constexpr uint8_t kTries = 4, kAnswered = 1, kGivenUp = 2;
  struct Attempt {
    double sent;
    uint8_t ordinal, state;
  };
  Told told;
  Draws draws(seed);
  Agenda agenda;
  Line<uint32_t> waiting;
  std::vector<Attempt> attempts;
  attempts.reserve(size_t(until / kGap * kTries));
  int idle = 10;
  double now = 0;
  const auto send = [&](uint8_t ordinal) {
    const uint32_t row = uint32_t(attempts.size());
    attempts.push_back({now, ordinal, 0});
    agenda.put(now + kTimeoutAfter, kTimeout, row);
    if (idle > 0) {
      idle--;
      agenda.put(now + draws.exponential(kWork), kDone, row);
    } else {
      waiting.put(row);
    }
  };
  agenda.put(draws.exponential(kGap), kArrival, 0);
  for (;;) {
    const Event event = agenda.take();
    if (event.time > until) break;
    now = event.time;
    told.events++;
    const uint32_t row = event.what >> 2;
    switch (event.what & 3) {
      case kArrival:
        agenda.put(now + draws.exponential(kGap), kArrival, 0);
        send(1);
        break;
      case kDone: {
        Attempt& attempt = attempts[row];
        attempt.state |= kAnswered;
        told.sojourns.push_back(float(now - attempt.sent));
        if (!(attempt.state & kGivenUp)) told.good++;
        if (waiting.size > 0) agenda.put(now + draws.exponential(kWork), kDone, waiting.take());
        else idle++;
        break;
      }
      default: {
        if (attempts[row].state & kAnswered) break;
        attempts[row].state |= kGivenUp;
        const uint8_t ordinal = attempts[row].ordinal;
        if (ordinal < kTries) send(uint8_t(ordinal + 1));
      }
    }
  }
  told.attempts = attempts.size();
  told.left = waiting.size;
  return told;
}

double quantile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + long(std::ceil(share * double(values.size()))) - 1;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Runs a command, its standard output into a file: {"cpu","wall","rss_kb","exit"}.
int rusageOf(const char* out, char** command) {
  const double begun = seconds(CLOCK_MONOTONIC);
  const pid_t child = fork();
  if (child < 0) return 70;
  if (child == 0) {
    dup2(open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    execvp(command[0], command);
    std::perror(command[0]);
    _exit(127);
  }
  int status = 0;
  rusage used;
  wait4(child, &status, 0, &used);
  const auto of = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
  std::printf("{\"cpu\":%.6f,\"wall\":%.6f,\"rss_kb\":%ld,\"exit\":%d}\n",
              of(used.ru_utime) + of(used.ru_stime), seconds(CLOCK_MONOTONIC) - begun,
              used.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count >= 4 && !std::strcmp(words[1], "rusage")) return rusageOf(words[2], words + 3);
  if (count != 5 || std::strcmp(words[1], "pq")) {
    std::fprintf(stderr, "usage: yardstick pq W1|W2|W3 SIZE SEED, or rusage OUT COMMAND...\n");
    return 2;
  }
  const char* model = words[2];
  const double size = std::atof(words[3]);
  const uint64_t seed = std::strtoull(words[4], nullptr, 10);
  const double begun = seconds(CLOCK_PROCESS_CPUTIME_ID);
  Told told = !std::strcmp(model, "W1")   ? queueing(uint64_t(size), 0.8, 1, seed)
              : !std::strcmp(model, "W2") ? queueing(uint64_t(size), 8, 10, seed)
                                          : storm(size, seed);
  const double loop = seconds(CLOCK_PROCESS_CPUTIME_ID) - begun;
  double sum = 0;
  for (const float value : told.sojourns) sum += value;
  const double p99 = quantile(told.sojourns, 0.99);
  std::printf("{\"model\":\"%s\",\"size\":%.0f,\"loop\":%.6f,\"mean\":%.6f,\"p99\":%.6f,"
              "\"events\":%lu,\"attempts\":%lu,\"good\":%lu,\"left\":%lu,\"cpu\":%.6f}\n",
              model, size, loop, sum / double(told.sojourns.size()), p99, told.events,
              told.attempts, told.good, told.left, seconds(CLOCK_PROCESS_CPUTIME_ID));
}
