#!/usr/bin/python3
"""The same small workloads through Python's process pools, a JSON line for each figure.

usage: python_pools.py pool|executor|loky|pebble rtt|map|map1000|calls|echo|recovery [--quick]
What each figure means: README.md beside this file.
"""
import argparse
import json
import os
import signal
import statistics
import time


def echo(x):
    return x


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


class StdPool:
    def __init__(self, workers):
        import multiprocessing as mp
        self.pool = mp.get_context("spawn").Pool(workers)

    def one(self, f, x):
        return self.pool.apply(f, (x,))

    def map(self, f, xs, chunk):
        return sum(1 for _ in self.pool.imap(f, xs, chunk))

    def calls(self, f, xs):
        results = [self.pool.apply_async(f, (x,)) for x in xs]
        return sum(1 for r in results if r.get() is not None)

    def close(self):
        self.pool.terminate()


class Executor:
    def __init__(self, workers):
        import multiprocessing as mp
        from concurrent.futures import ProcessPoolExecutor
        self.pool = ProcessPoolExecutor(workers, mp_context=mp.get_context("spawn"))

    def one(self, f, x):
        return self.pool.submit(f, x).result(timeout=60)

    def map(self, f, xs, chunk):
        return sum(1 for _ in self.pool.map(f, xs, chunksize=chunk))

    def calls(self, f, xs):
        results = [self.pool.submit(f, x) for x in xs]
        return sum(1 for r in results if r.result() is not None)

    def close(self):
        self.pool.shutdown(wait=False, cancel_futures=True)


class Loky(Executor):
    def __init__(self, workers):
        from joblib.externals.loky import get_reusable_executor
        self.workers = workers
        self.get = get_reusable_executor
        self.pool = self.get(max_workers=workers, timeout=300)

    def heal(self):  # what its users do: ask for the executor again
        self.pool = self.get(max_workers=self.workers, timeout=300)

    def close(self):
        self.pool.shutdown(wait=False, kill_workers=True)


class Pebble:
    def __init__(self, workers):
        import multiprocessing as mp
        from pebble import ProcessPool
        self.pool = ProcessPool(max_workers=workers, context=mp.get_context("spawn"))

    def one(self, f, x):
        return self.pool.schedule(f, args=(x,)).result(timeout=60)

    def map(self, f, xs, chunk):
        return sum(1 for _ in self.pool.map(f, xs, chunksize=chunk).result())

    def calls(self, f, xs):
        results = [self.pool.schedule(f, args=(x,)) for x in xs]
        return sum(1 for r in results if r.result() is not None)

    def close(self):
        self.pool.stop()
        self.pool.join()


PEERS = {"pool": StdPool, "executor": Executor, "loky": Loky, "pebble": Pebble}


class Measure:
    def __init__(self, peer, quick):
        self.peer, self.quick = peer, quick
        self.seconds = 1 if quick else 2

    def emit(self, figure, value, **extra):
        print(json.dumps({"peer": "python-" + self.peer, "figure": figure, "value": value, **extra}), flush=True)

    def start(self, workers):
        return PEERS[self.peer](workers)

    def warm_up(self, work):
        end = time.perf_counter() + self.seconds
        while True:
            work()
            if time.perf_counter() > end:
                return

    def many(self, full):
        # Pebble is slower than the others by so much that it would hold up all.
        full = full // 5 if self.quick else full
        return full // 10 if self.peer == "pebble" else full

    def rtt(self):
        p = self.start(1)
        self.warm_up(lambda: p.one(echo, 1))
        times = []
        for i in range(self.many(10_000)):
            t = time.perf_counter()
            p.one(echo, i)
            times.append((time.perf_counter() - t) * 1e6)
        self.emit("rtt_us", round(statistics.median(times), 1), p99=round(sorted(times)[int(len(times) * .99)], 1))
        p.close()

    def rate(self, figure, n, small, work):
        self.warm_up(lambda: work(small))
        t = time.perf_counter()
        got = work(n)
        seconds = time.perf_counter() - t
        assert got == n, got
        self.emit(figure, round(n / seconds), items=n)

    def map(self):
        p = self.start(2)
        self.rate("map_per_s", self.many(50_000), self.many(5_000), lambda n: p.map(echo, range(n), 1))
        p.close()

    def map1000(self):
        p = self.start(2)
        self.rate("map1000_per_s", self.many(2_000_000), self.many(200_000), lambda n: p.map(echo, range(n), 1000))
        p.close()

    def calls(self):
        p = self.start(2)
        self.rate("calls_per_s", self.many(50_000), self.many(5_000), lambda n: p.calls(echo, range(n)))
        p.close()

    def echo(self):
        p = self.start(1)
        blob = b"\1" * (16 << 20)
        self.warm_up(lambda: p.one(echo, blob))
        n = 5 if self.quick else 10
        t = time.perf_counter()
        for _ in range(n):
            assert len(p.one(echo, blob)) == len(blob)
        self.emit("echo_gbps", round(2 * n * len(blob) / (time.perf_counter() - t) / 1e9, 4))
        p.close()

    def recovery(self):
        if self.peer == "pool":  # the task is lost, and apply would wait for ever
            return self.emit("crash_recovery_ms", None, note="the lost task never ends")
        p = self.start(1)
        p.one(echo, 0)
        times = []
        for i in range(3 if self.quick else 6):
            t = time.perf_counter()
            try:
                p.one(die, 0)
            except Exception as e:
                failed = type(e).__name__
            try:
                if self.peer == "loky":
                    p.heal()
                p.one(echo, 1)
            except Exception as e:
                self.emit("crash_recovery_ms", None, note="the pool stays broken: " + type(e).__name__)
                break
            times.append((time.perf_counter() - t) * 1e3)
        else:
            self.emit("crash_recovery_ms", round(statistics.median(times[1:]), 1), failed_with=failed)
        p.close()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("peer", choices=PEERS)
    ap.add_argument("what", choices=["rtt", "map", "map1000", "calls", "echo", "recovery"])
    ap.add_argument("--quick", action="store_true")
    a = ap.parse_args()
    getattr(Measure(a.peer, a.quick), a.what)()


if __name__ == "__main__":
    main()
