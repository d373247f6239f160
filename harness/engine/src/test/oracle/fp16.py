"""Fifty fp16 steps of the MoE CIFAR net, in NumPy and by hand: what Fp16OracleTest compares cpu-stored with.

    python3 fp16.py zero > ../resources/dev/parity/engine/fp16-zero.csv
    python3 fp16.py unfused > ../resources/dev/parity/engine/fp16-unfused.csv

zero: ZeRO's scaler and norm, AdamW, no gate noise. unfused: stage 0, SGD, Gumbel noise, random token selection.
Arithmetic is float64; h() and f() mark every place where a DeepSpeed run stores float16 or float32.
Two ranks of eight images, one expert on each rank, so an expert sees the tokens of both.
"""
import hashlib
import sys
import numpy as np

np.seterr(all="ignore")  # overflow is the point
RANKS, BATCH, STEPS, ITEMS, WARMUP, WINDOW, POWER = 2, 8, 50, 160, 10, 5, 17


def h(x):
    return np.asarray(x, np.float64).astype(np.float16).astype(np.float64)


def f(x):
    return np.asarray(x, np.float64).astype(np.float32).astype(np.float64)


def bits(name, index, count, seed=1):
    """Philox4x32-10 (Salmon et al., SC 2011): key = seed, counter = block, index, 64 bits of SHA-256(name)."""
    mask = np.uint64(0xFFFFFFFF)
    word = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    c = [np.arange((count + 3) // 4, dtype=np.uint64)]
    c += [np.full_like(c[0], v) for v in (index & 0xFFFFFFFF, word & 0xFFFFFFFF, word >> 32)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p, q = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        high_p, high_q = p >> np.uint64(32), q >> np.uint64(32)
        c = [high_q ^ c[1] ^ np.uint64(k0), q & mask, high_p ^ c[3] ^ np.uint64(k1), p & mask]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, 1).ravel()[:count]


def uniform(name, index, shape):
    return (bits(name, index, int(np.prod(shape))) >> np.uint64(8)).reshape(shape) * 2.0**-24


def gumbel(name, index, shape):
    return f(-np.log(-np.log(uniform(name, index, shape) + 2.0**-25)))


def order(items):
    """The shuffled permutation, inside out; integers below a bound as Lemire draws them (no rejection occurs)."""
    result = np.zeros(items, int)
    for i, word in enumerate(bits("data-order", 0, items)):
        product = int(word) * (i + 1)
        assert product % 2**32 >= 2**32 % (i + 1)
        result[i], result[product >> 32] = result[product >> 32], i
    return result


def data():
    """Labels in turn; each byte is 24 * label plus five bits of a linear congruential generator."""
    state, noise = 1, np.zeros(ITEMS * 3072, int)
    for i in range(noise.size):
        state = (1103515245 * state + 12345) % 2**31
        noise[i] = state >> 16 & 31
    labels = np.arange(ITEMS) % 10
    pixels = noise.reshape(ITEMS, 3, 32, 32) + 24 * labels[:, None, None, None]
    x = ((pixels.astype(np.float32) / np.float32(255)) - np.float32(0.5)) / np.float32(0.5)
    return h(x), labels


def initial():
    def draw(stream, fan_in, *shape):
        return f((2 * uniform("init/" + stream, 0, shape) - 1) / np.sqrt(fan_in))

    masters = {}
    for layer, fan_in, *shape in [
        ("conv1", 75, 6, 3, 5, 5), ("conv2", 150, 16, 6, 5, 5), ("fc1", 400, 120, 400), ("fc2", 120, 84, 120),
        ("fc4", 84, 10, 84)]:
        masters[layer + ".w"] = h(draw(layer + ".weight", fan_in, *shape))
        masters[layer + ".b"] = h(draw(layer + ".bias", fan_in, shape[0]))
    masters["gate"] = draw("moe0.gate.weight", 84, 2, 84)
    for e in range(2):  # both start as copies of one layer
        masters[f"expert{e}.w"] = h(draw("fc3.weight", 84, 84, 84))
        masters[f"expert{e}.b"] = h(draw("fc3.bias", 84, 84))
    return masters


def patches(x, k=5):
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), (2, 3))  # n c i j k l


class Conv:
    """Convolution, Relu, 2x2 maximum: the first of equal elements wins."""

    def __init__(self, name, w, x):
        self.name, self.w, self.x = name, w, x
        y = h(np.einsum("ncijkl,ockl->noij", patches(x), w[name + ".w"]) + w[name + ".b"][:, None, None])
        self.r = np.maximum(y, 0)
        n, o, i, j = y.shape
        tiles = self.r.reshape(n, o, i // 2, 2, j // 2, 2).transpose(0, 1, 2, 4, 3, 5)
        self.windows = tiles.reshape(n, o, i // 2, j // 2, 4)
        self.y = self.windows.max(-1)

    def back(self, dy, g, wants_dx):
        n, o, i, j = self.r.shape
        hit = np.arange(4) == self.windows.argmax(-1)[..., None]
        tiles = np.where(hit, dy[..., None], 0).reshape(n, o, i // 2, j // 2, 2, 2)
        d = tiles.transpose(0, 1, 2, 4, 3, 5).reshape(n, o, i, j)
        d = np.where(self.r > 0, d, 0)
        g[self.name + ".w"] = h(np.einsum("ncijkl,noij->ockl", patches(self.x), d))
        g[self.name + ".b"] = h(d.sum((0, 2, 3)))
        if wants_dx:
            padded = np.pad(d, ((0, 0), (0, 0), (4, 4), (4, 4)))
            return h(np.einsum("noijkl,ockl->ncij", patches(padded), self.w[self.name + ".w"][:, :, ::-1, ::-1]))


class Linear:
    def __init__(self, name, w, x):
        self.name, self.w, self.x = name, w, x
        self.y = h(x @ w[name + ".w"].T + w[name + ".b"])

    def back(self, dy, g):
        g[self.name + ".w"] = h(dy.T @ self.x)
        g[self.name + ".b"] = h(dy.sum(0))
        return h(dy @ self.w[self.name + ".w"])


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class Gate:
    """Top-1 in float32: which expert, which tokens keep a place, and with which weight."""

    def __init__(self, w, x, noisy, stream, step):
        self.w, self.x = w, x
        logits = f(x @ w["gate"].T)
        self.gates = f(softmax(logits))
        scores = f(logits + gumbel(f"training/moe0/gumbel/{stream}", step, logits.shape)) if noisy else self.gates
        priority = uniform(f"training/moe0/priority/{stream}", step, logits.shape) if noisy else np.zeros_like(logits)
        self.expert = scores.argmax(1)
        self.kept = np.zeros(BATCH, bool)
        for e in range(2):
            mine = np.flatnonzero(self.expert == e)
            self.kept[mine[np.argsort(-priority[mine, e], kind="stable")][: BATCH // 2]] = True
        self.weight = h(np.where(self.kept, self.gates[np.arange(BATCH), self.expert], 0))

    def back(self, dweight, g):
        dgates = np.where(self.kept[:, None] & (np.arange(2) == self.expert[:, None]), dweight[:, None], 0)
        dlogits = f(self.gates * (dgates - (dgates * self.gates).sum(1, keepdims=True)))
        g["gate"] = f(dlogits.T @ self.x)
        return h(f(dlogits @ self.w["gate"]))


def gradients(w, images, labels, scale, noisy, step):
    """Forward and backward of both ranks; returns losses and each rank's gradients, experts on their owner."""
    nets, gates, xs = [], [], []
    for r in range(RANKS):
        c1 = Conv("conv1", w, images[r])
        c2 = Conv("conv2", w, c1.y)
        l1 = Linear("fc1", w, c2.y.reshape(BATCH, 400))
        l2 = Linear("fc2", w, np.maximum(l1.y, 0))
        nets.append((c1, c2, l1, l2))
        xs.append(np.maximum(l2.y, 0))
        gates.append(Gate(w, xs[r], noisy, f"rank{r}", step))
    every = [(r, s) for r in range(RANKS) for s in range(BATCH) if gates[r].kept[s]]
    token = [[(r, s) for r, s in every if gates[r].expert[s] == e] for e in range(2)]
    experts = [Linear(f"expert{e}", w, np.array([xs[r][s] for r, s in token[e]]).reshape(-1, 84)) for e in range(2)]
    out, y = np.zeros((RANKS, BATCH, 84)), np.zeros((RANKS, BATCH, 84))
    for e in range(2):
        for (r, s), row in zip(token[e], experts[e].y):
            y[r, s], out[r, s] = row, h(gates[r].weight[s] * row)
    g, losses, dout = [{}, {}], [], []
    seed = float(h(scale))
    for r in range(RANKS):
        last = Linear("fc4", w, out[r])
        top = last.y.max(1)
        logsum = top + np.log(np.exp(last.y - top[:, None]).sum(1))
        losses.append(float(h((logsum - last.y[np.arange(BATCH), labels[r]]).mean())))
        p = np.exp(last.y - logsum[:, None])
        dout.append(last.back(h(seed * (p - np.eye(10)[labels[r]]) / BATCH), g[r]))
    dx = np.zeros((RANKS, BATCH, 84))
    for e in range(2):
        dy = np.array([h(gates[r].weight[s] * dout[r][s]) for r, s in token[e]]).reshape(-1, 84)
        for (r, s), row in zip(token[e], experts[e].back(dy, g[e])):
            dx[r, s] = row
    for r in range(RANKS):
        c1, c2, l1, l2 = nets[r]
        dweight = np.where(gates[r].kept, h((dout[r] * y[r]).sum(1)), 0)
        d = h(dx[r] + gates[r].back(dweight, g[r]))
        d = l2.back(np.where(l2.y > 0, d, 0), g[r])
        d = l1.back(np.where(l1.y > 0, d, 0), g[r])
        c1.back(c2.back(d.reshape(c2.y.shape), g[r], True), g[r], False)
    return losses, g


def reduce(g, zero):
    """All gradients travel in float16; ZeRO halves before the sum, stage 0 after. An expert has one owner: no sum."""
    reduced = {}
    for name in g[0] | g[1]:
        if name.startswith("expert"):
            reduced[name] = g[int(name[6])][name]
        else:
            a, b = h(g[0][name]), h(g[1][name])
            reduced[name] = h(h(a / 2) + h(b / 2)) if zero else h(h(a + b) / 2)
    return reduced


class Scaler:
    def __init__(self, zero):
        self.zero, self.scale, self.iteration, self.last, self.credit = zero, 2.0**POWER, 0, -1, 2

    def update(self, overflow):
        if overflow and self.zero and self.credit > 1:
            self.credit -= 1
        elif overflow:
            self.scale = max(self.scale / 2, 1)
        elif self.zero and (self.iteration - self.last) % WINDOW == 0:
            self.scale, self.credit = self.scale * 2, 2
        elif not self.zero and self.iteration - self.last > 1 and (self.iteration - self.last - 1) % WINDOW == 0:
            self.scale *= 2
        self.last = self.iteration if overflow else self.last
        self.iteration += 1


def rate(applied, lr):
    """WarmupLR sets the rate after a step, so the first one has the optimizer's own and the second one 0."""
    i = applied - 1
    return lr if applied == 0 else lr * (np.log(i + 1) / np.log(WARMUP) if i < WARMUP else 1)


def main(kind):
    zero = kind == "zero"
    images, labels = data()
    permutation = order(ITEMS)
    master = initial()
    weights = dict(master)  # both are rounded already
    m = {name: np.zeros_like(x) for name, x in master.items()}
    v = {name: np.zeros_like(x) for name, x in master.items()}
    scaler, applied = Scaler(zero), 0
    print("step,scale,skipped,lr,loss0,loss1,norm")
    for step in range(STEPS):
        first = step % (ITEMS // BATCH // RANKS) * BATCH * RANKS
        batch = [permutation[first + r:first + BATCH * RANKS:RANKS] for r in range(RANKS)]
        before = scaler.scale
        losses, local = gradients(weights, images[np.array(batch)], labels[np.array(batch)], before, not zero, step)
        g = reduce(local, zero)
        overflow = not all(np.isfinite(x).all() for x in g.values())
        scaler.update(overflow)
        norms = {name: float(f(np.sqrt((x * x).sum()))) for name, x in g.items()}
        norm = np.sqrt(sum(n * n for name, n in norms.items() if zero or not name.startswith("expert")))
        lr = rate(applied, 1e-3 if zero else 0.05)
        print(f"{step + 1},{before},{str(overflow).lower()},{lr},{losses[0]},{losses[1]},{norm / before}")
        if overflow:
            continue
        applied += 1
        factor = f(1 / (scaler.scale * max(norm / scaler.scale + 1e-6, 1)))
        bias1, bias2 = f(1 - 0.8**applied), f(np.sqrt(1 - 0.999**applied))
        for name, x in master.items():
            grad = g[name] * factor
            if zero:
                mean, square = 0.8 * m[name] + (1 - 0.8) * grad, 0.999 * v[name] + (1 - 0.999) * grad * grad
                new = x * (1 - f(lr) * 3e-7) - f(lr) / bias1 * mean / (np.sqrt(square) / bias2 + 1e-8)
                m[name], v[name] = f(mean), f(square)
            else:
                mean = 0.9 * m[name] + grad
                new, m[name] = x - f(lr) * mean, f(mean)
            master[name] = f(new)
            weights[name] = master[name] if name == "gate" else h(master[name])


main(sys.argv[1])
