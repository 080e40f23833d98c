/** Small scenarios that between them use nearly every mechanism and every law there is. */
export const SCENARIOS: Record<string, string> = {
  shop: `spillway: 1
title: Chance, retries and faults
seed: same bits
duration: 40s
warmup: 5s
objective: { latency: 300ms }
replications: 2
producers:
  shoppers:
    arrivals: { poisson: [ { at: 0s, rate: 60/s }, { at: 10s, rate: 120/s, ramp: 10s } ] }
    to: shop/buy
  readers: { arrivals: { constant: 35/s }, to: shop/read }
services:
  shop:
    workers: 12
    replicas: 3
    balance: least_requests
    queue: { capacity: 30, discipline: lifo }
    contention: { usl: { alpha: 0.02, beta: 0.001 } }
    handler:
      buy:
        - work: { lognormal: { mean: 8ms, cv: 1.2 } }
        - parallel:
            - { call: stock, as: first }
            - { call: stock, as: second }
            - [ { call: pay }, { call: post } ]
          need: 2
      read:
        - work: { gamma: { mean: 3ms, cv: 0.7 } }
        - chance: 30%
          then: [ { call: stock }, { work: { weibull: { mean: 2ms, shape: 0.6 } } } ]
          else: [ { work: { erlang: { mean: 1ms, k: 3 } } }, { fail: 1% } ]
  stock:
    workers: 3
    replicas: 4
    balance: random
    handler: [ { work: { hyperexponential: [ { p: 0.9, mean: 5ms }, { p: 0.1, mean: 60ms } ] } } ]
dependencies:
  pay: { workers: 8, handler: [ { work: { pareto: { mean: 20ms, shape: 2.2 } } } ] }
  post:
    workers: unbounded
    handler:
      - work:
          mixture:
            - { p: 0.25, of: { normal: { mean: 20ms, sd: 5ms } } }
            - { p: 0.75, of: { uniform: [ 1ms, 9ms ] } }
calls:
  "* -> *": { timeout: 400ms, network: { exponential: 700us } }
  "* -> stock":
    timeout: 90ms
    retry: { attempts: 4, backoff: { fixed: 10ms }, jitter: decorrelated }
  "shop -> pay":
    timeout: 150ms
    retry:
      attempts: 3
      backoff: { exponential: { base: 20ms, cap: 300ms } }
      jitter: full
      budget: 10%
faults:
  - { at: 15s, for: 5s, slow: stock, factor: 6 }
  - { at: 18s, for: 4s, errors: pay, ratio: 40% }
  - { at: 25s, for: 1s, pause: post }
  - { at: 27s, for: 3s, surge: readers, factor: 3 }
policies:
  as-it-is: {}
  retry-storm: preset
  bounded-reject: preset
  equal-jitter:
    calls: { "* -> stock": { retry: { jitter: equal, backoff: { exponential: { base: 5ms } } } } }
expect:
  - { that: goodput within 90% of 100/s }
`,
  factory: `spillway: 1
title: Users that wait, senders that are held back
duration: 60s
producers:
  clerks: { arrivals: { closed: { users: 15, think: { exponential: 200ms } } }, to: press }
  belt: { arrivals: { backlog: 4 }, to: saw }
services:
  press: { workers: 2, handler: [ { work: { exponential: 15ms } }, { call: saw } ] }
  saw:
    workers: 2
    replicas: 2
    balance: round_robin
    queue: { capacity: 3, when_full: block }
    handler: [ { work: { uniform: [ 2ms, 30ms ] } } ]
policies:
  as-it-is: {}
  one-saw: { services: { saw: { replicas: 1 } } }
`,
  tides: `spillway: 1
title: Waves, states, ranks, patience and copies
seed: tide
duration: 40s
objective: { latency: 200ms }
producers:
  day:
    arrivals: { poisson: { diurnal: { mean: 80/s, peak: 140/s, period: 20s } } }
    to: front
    key: { zipf: { n: 500, s: 1.1 } }
  bursts:
    arrivals: { mmpp: [ { rate: 10/s, mean: 2s }, { rate: 200/s, mean: 300ms } ] }
    to: front
    priority: 1
    clients: 7
  beat: { arrivals: { renewal: { lognormal: { mean: 30ms, cv: 2 } } }, to: shelf, deadline: 300ms }
services:
  front:
    workers: 6
    queue: { discipline: { priority: { preemptive: true } }, max_age: { exponential: 400ms } }
    handler: [ { work: { exponential: 12ms } }, { call: shelf } ]
  shelf:
    workers: 2
    replicas: 5
    balance: { hash: key }
    queue: { discipline: ps, capacity: 20 }
    handler: [ { work: { erlang: { mean: 9ms, k: 2 } } }, { call: maker } ]
dependencies:
  maker:
    workers: 4
    replicas: 3
    balance: peak_ewma
    io: async
    queue: { discipline: random, capacity: 50 }
    handler: [ { work: { of: { pareto: { mean: 6ms, shape: 2.2 } }, per: request } } ]
calls:
  "* -> *": { timeout: 250ms }
  "shelf -> maker":
    network: { uniform: [ 0ms, 1ms ] }
    hedge: { after: p90, budget: 20% }
    cancel: true
    connections: { max: 6, wait: 50ms, open: 2ms }
    fallback: { latency: { exponential: 1ms } }
faults:
  - { at: 12s, for: 4s, slow: maker, factor: 8, share: 30% }
  - { at: 20s, crash: shelf, restart: 3s }
  - { at: 26s, for: 3s, latency: "shelf -> maker", add: 40ms }
policies:
  as-it-is: {}
  deadline: preset
`,
  fuses: `spillway: 1
title: Breakers of every kind, and replicas that are ejected
seed: fuse
duration: 40s
objective: { latency: 300ms }
producers:
  users: { arrivals: { poisson: 120/s }, to: shop, clients: 3 }
services:
  shop: { workers: 40, replicas: 2, handler: [ { work: { exponential: 3ms } }, { call: store } ] }
dependencies:
  store:
    workers: 6
    replicas: 5
    handler: [ { work: { lognormal: { mean: 30ms, cv: 1.1 } } }, { fail: 2% } ]
calls:
  "shop -> store": { timeout: 200ms }
faults:
  - { at: 8s, for: 8s, errors: store, ratio: 70%, replicas: 3 }
  - { at: 22s, for: 6s, slow: store, factor: 12, replicas: 4 }
policies:
  rates: { calls: { "shop -> store": { breaker: { window: 5s, failure_rate: 33.3%, min_calls: 15, open_for: 1s, probes: 3, slow: { over: 150ms, rate: 30% } } } } }
  resilience4j: { calls: { "shop -> store": { breaker: { resilience4j: { sliding_window_size: 30, wait_duration_in_open_state: 1s } } } } }
  hystrix: { calls: { "shop -> store": { breaker: { hystrix: { sleep_window: 1s, error_threshold_percentage: 29% } } } } }
  opossum: { calls: { "shop -> store": { breaker: { opossum: { reset_timeout: 1s, error_threshold_percentage: 30% } } } } }
  cockatiel: { calls: { "shop -> store": { breaker: { cockatiel: { half_open_after: 1s, sampling: { threshold: 30%, duration: 5s, minimum_rps: 2 } } } } } }
  outlier: { calls: { "shop -> store": { breaker: { outlier: { interval: 2s, base_ejection_time: 3s, max_ejection_percent: 60%, max_ejection_time_jitter: 2s, success_rate_request_volume: 20 } } } } }
`,
  guarded: `spillway: 1
title: Every rule of admission
seed: same bits
duration: 30s
warmup: 3s
objective: { latency: 400ms }
producers:
  few: { arrivals: { poisson: 60/s }, to: shop, priority: 0, deadline: 600ms }
  many: { arrivals: { poisson: 150/s }, to: shop, priority: 1, tenant: { zipf: { n: 200, s: 1.1 } } }
services:
  shop:
    workers: 8
    replicas: 2
    queue: { capacity: 60 }
    handler: [ { work: { exponential: 90ms } } ]
    admission:
      - rate_limit: { rate: 20/s, burst: 5, per: tenant, plans: { few: { rate: 70/s } } }
      - signal: { when: services.shop.wait.p99 > 150ms, share: 30%, delay: 70ms }
      - priority_shed: { of: in_flight, levels: [ { priority: 1, above: 70% } ] }
      - can_finish: true
      - concurrency: { vegas: {} }
faults:
  - { at: 12s, for: 6s, slow: shop, factor: 3 }
policies:
  as-it-is: {}
  aimd: { services: { shop: { admission: [ { concurrency: { aimd: { timeout: 300ms } } } ] } } }
  gradient2: { services: { shop: { admission: [ { concurrency: { gradient2: {} } } ] } } }
  envoy: { services: { shop: { admission: [ { concurrency: { envoy: {} } } ] } } }
  dagor: { services: { shop: { admission: [ { dagor: { requests: 100 } }, { concurrency: none } ] } } }
  fair: { services: { shop: { admission: [ { fair_queues: { queues: 16, hand: 3, length: 9 } } ] } } }
`,
  cached: `spillway: 1
title: Caches, emptied and filled, and errors that stay
seed: same bits
duration: 30s
warmup: 3s
objective: { latency: 400ms }
producers:
  readers: { arrivals: { poisson: 150/s }, to: shop, key: { zipf: { n: 900, s: 0.9 } } }
services:
  shop:
    workers: 30
    replicas: 2
    handler:
      - cache: { hit: 20% }
        then: [ { call: pages } ]
      - fail: { share: 3%, per: request }
dependencies:
  pages:
    replicas: 3
    balance: { hash: key }
    workers: 20
    handler:
      - cache: { capacity: 120, ttl: 7s, warm: true }
        then: [ { call: store } ]
  store:
    workers: 8
    handler: [ { work: { exponential: 60ms } }, { fail: { share: 2%, per: key } } ]
calls:
  "* -> *": { timeout: 300ms, retry: { attempts: 2, backoff: none } }
faults:
  - { at: 9s, flush: pages }
  - { at: 15s, crash: pages, restart: 2s }
  - { at: 20s, for: 3s, flush: shop }
policies:
  as-it-is: {}
  bounded: { dependencies: { store: { queue: { capacity: 8 } } } }
`,
};
