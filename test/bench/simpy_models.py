"""The bench's three models in SimPy, as one would write them after its tutorial.

python3 simpy_models.py W1|W2|W3 SIZE SEED    (SIZE: customers, for W3 simulated seconds)

Prints one line of JSON with the CPU seconds of the whole process, or says that SimPy is not
installed. Works with SimPy 3 and 4 (Debian: python3-simpy3) and with SimPy 2 (python3-simpy in
Debian 12), which is another library under the same name.
"""

import json
import random
import sys
import time

GAP, WORK, TIMEOUT, TRIES = 1 / 1200, 0.010, 0.100, 4


class Told:
    def __init__(self):
        self.sojourns = []
        self.attempts = 0
        self.good = 0


def queueing_simpy(customers, rate, workers, draw, told):
    import simpy

    env = simpy.Environment()
    server = simpy.Resource(env, capacity=workers)

    def customer():
        arrived = env.now
        with server.request() as worker:
            yield worker
            yield env.timeout(draw(1))
        told.sojourns.append(env.now - arrived)
        told.good += 1

    def source():
        for _ in range(customers):
            yield env.timeout(draw(rate))
            told.attempts += 1
            env.process(customer())

    env.process(source())
    env.run()


def storm_simpy(until, draw, told):
    import simpy

    env = simpy.Environment()
    server = simpy.Resource(env, capacity=10)

    def attempt():
        sent = env.now
        with server.request() as worker:
            yield worker
            yield env.timeout(draw(1 / WORK))
        told.sojourns.append(env.now - sent)

    def client():
        for _ in range(TRIES):
            told.attempts += 1
            answer = env.process(attempt())
            if answer in (yield answer | env.timeout(TIMEOUT)):
                told.good += 1
                return

    def source():
        while True:
            yield env.timeout(draw(1 / GAP))
            env.process(client())

    env.process(source())
    env.run(until=until)


def queueing_simpy2(customers, rate, workers, draw, told):
    from SimPy.Simulation import Process, Resource, Simulation, hold, release, request

    sim = Simulation()
    server = Resource(capacity=workers, sim=sim)

    class Customer(Process):
        def live(self):
            arrived = sim.now()
            yield request, self, server
            yield hold, self, draw(1)
            yield release, self, server
            told.sojourns.append(sim.now() - arrived)
            told.good += 1

    class Source(Process):
        def live(self):
            for _ in range(customers):
                yield hold, self, draw(rate)
                told.attempts += 1
                customer = Customer(sim=sim)
                sim.activate(customer, customer.live())

    source = Source(sim=sim)
    sim.activate(source, source.live())
    sim.simulate(until=float("inf"))


def storm_simpy2(until, draw, told):
    from SimPy.Simulation import Process, Resource, Simulation, hold, release, request

    sim = Simulation()
    server = Resource(capacity=10, sim=sim)

    class Attempt(Process):
        def live(self, client, ordinal):
            sent = sim.now()
            yield request, self, server
            yield hold, self, draw(1 / WORK)
            yield release, self, server
            told.sojourns.append(sim.now() - sent)
            if client.ordinal == ordinal:
                self.interrupt(client)

    class Client(Process):
        def live(self):
            for self.ordinal in range(TRIES):
                told.attempts += 1
                attempt = Attempt(sim=sim)
                sim.activate(attempt, attempt.live(self, self.ordinal))
                yield hold, self, TIMEOUT
                if self.interrupted():
                    told.good += 1
                    break
            self.ordinal = None

    class Source(Process):
        def live(self):
            while True:
                yield hold, self, draw(1 / GAP)
                client = Client(sim=sim)
                sim.activate(client, client.live())

    source = Source(sim=sim)
    sim.activate(source, source.live())
    sim.simulate(until=until)


def installed():
    """The version of SimPy with the functions that speak its language, or None."""
    try:
        import simpy

        return simpy.__version__, queueing_simpy, storm_simpy
    except ImportError:
        pass
    try:
        import SimPy

        return SimPy.__version__, queueing_simpy2, storm_simpy2
    except ImportError:
        return None


def main():
    library = installed()
    if library is None:
        print(json.dumps({"installed": None, "text": "SimPy is not installed"}))
        return
    version, queueing, storm = library
    model, size, seed = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    draw, told = random.Random(seed).expovariate, Told()
    if model == "W1":
        queueing(int(size), 0.8, 1, draw, told)
    elif model == "W2":
        queueing(int(size), 8, 10, draw, told)
    else:
        storm(size, draw, told)
    print(
        json.dumps(
            {
                "installed": version,
                "model": model,
                "size": size,
                "cpu": time.process_time(),
                "mean": sum(told.sojourns) / len(told.sojourns),
                "attempts": told.attempts,
                "good": told.good,
            }
        )
    )


if __name__ == "__main__":
    main()
