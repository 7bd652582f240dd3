"""hone's step against the peer's, in alternating pairs in the same minutes; prints each pair, then the medians of the ratios as one line of JSON.
usage: compare.py [--model minilm|bert] [--mode full|lora] [--precision f32|bf16] [--batch B] [--length S] [--steps N] [--threads T] [--pairs 5]
[--step BINARY] [--tuned tuned.so] [--speed 1.0] [--memory 0.7]   Exits 1 where a ratio is above --speed or --memory."""
import argparse, json, os, statistics, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser()
p.add_argument("--model", default="minilm"); p.add_argument("--mode", default="full"); p.add_argument("--precision", default="f32")
p.add_argument("--batch", type=int, default=32); p.add_argument("--length", type=int, default=128); p.add_argument("--steps", type=int, default=6)
p.add_argument("--threads", type=int, default=2); p.add_argument("--pairs", type=int, default=5)
p.add_argument("--step", default=os.path.join(here, "..", "..", "build", "release", "bin", "step")); p.add_argument("--tuned", default="")
p.add_argument("--speed", type=float, default=1.0); p.add_argument("--memory", type=float, default=0.7)
a = p.parse_args()
common = [f"--{name}={value}" for name, value in dict(batch=a.batch, length=a.length, steps=a.steps, threads=a.threads).items()]
ours = [a.step, f"--model={a.model}", f"--mode={a.mode}", f"--precision={a.precision}", *common]
theirs = [sys.executable, os.path.join(here, "step.py"), a.model, a.mode, a.precision, *common]
def once(command, preload=""):
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **({"LD_PRELOAD": preload} if preload else {})})
    if out.returncode: sys.exit(f"{command[0]} ended with {out.returncode}")
    return json.loads(out.stdout.strip().splitlines()[-1])
time, memory, allocations = [], [], 0
for k in range(a.pairs):
    first, second = (once(ours), once(theirs, a.tuned)) if k % 2 == 0 else reversed([once(theirs, a.tuned), once(ours)])
    time.append(first["median_s"] / second["median_s"]); memory.append(first["rss_mb"] / second["rss_mb"]); allocations += int(first.get("allocations", 0))
    print(f"pair {k + 1}: hone {first['median_s']} s, {first['rss_mb']} MB; peer {second['median_s']} s, {second['rss_mb']} MB; ratios {time[-1]:.3f}, {memory[-1]:.3f}", flush=True)
result = dict(model=a.model, mode=a.mode, precision=a.precision, B=a.batch, S=a.length, threads=a.threads, tuned=bool(a.tuned), pairs=a.pairs,
              time_ratio=round(statistics.median(time), 3), memory_ratio=round(statistics.median(memory), 3), allocations=allocations)
print(json.dumps(result))
sys.exit(result["time_ratio"] > a.speed or result["memory_ratio"] > a.memory)
