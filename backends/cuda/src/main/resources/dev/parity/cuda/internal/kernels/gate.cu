// Which expert gets which token, and what weighs it. Gates are FP32 [tokens, experts] whatever T is.
// (DeepSpeed 0.12, moe/sharded_moe.py, top1gating and top2gating.)
#include "parity.cuh"

// A token chooses: for k = 1 the largest score, for k = 2 the largest gate and then the largest score of
// the others. The first one wins a tie.
extern "C" __global__ void NAMED(choose_experts)(
    const float* gates, const float* scores, int* expert, int k, int experts, int tokens) {
    for (int s = first_index(); s < tokens; s += index_stride()) {
        const float* first = (k == 1 ? scores : gates) + s * experts;
        int best = 0;
        for (int e = 1; e < experts; e++) {
            best = exceeds(first[e], first[best]) ? e : best;
        }
        expert[s * k] = best;
        if (k == 2) {
            const float* score = scores + s * experts;
            int second = best == 0 ? 1 : 0;
            for (int e = second + 1; e < experts; e++) {
                second = e != best && exceeds(score[e], score[second]) ? e : second;
            }
            expert[s * k + 1] = second;
        }
    }
}

// counts[e] = first choices of e among the tokens in use; `used` may be absent.
extern "C" __global__ void NAMED(count_choices)(const int* expert, const float* used, int* counts, int k, int experts, int tokens) {
    for (int e = first_index(); e < experts; e += index_stride()) {
        int count = 0;
        for (int s = 0; s < tokens; s++) {
            count += expert[s * k] == e && (!used || used[s] != 0);
        }
        counts[e] = count;
    }
}

// k = 1: keeps a token if fewer than `capacity` others of its expert go before it by priority, the lower
// index first on a tie.
extern "C" __global__ void NAMED(keep_tokens)(
    const int* expert, const float* priority, const float* used, int* kept, int capacity, int experts, int tokens) {
    for (int s = first_index(); s < tokens; s += index_stride()) {
        int e = expert[s];
        float mine = priority[s * experts + e];
        int before = 0;
        for (int other = 0; other < tokens; other++) {
            if (other != s && expert[other] == e && (!used || used[other] != 0)) {
                float theirs = priority[other * experts + e];
                before += exceeds(theirs, mine) || (other < s && !exceeds(mine, theirs));
            }
        }
        kept[s] = (!used || used[s] != 0) && before < capacity;
    }
}

// k = 1: slots in token order among the kept.
extern "C" __global__ void NAMED(pack_kept)(const int* expert, const int* kept, int* slot, int tokens) {
    for (int s = first_index(); s < tokens; s += index_stride()) {
        int place = 0;
        for (int other = 0; other < s; other++) {
            place += kept[other] && expert[other] == expert[s];
        }
        slot[s] = kept[s] ? place : -1;
    }
}

// k = 2: all first choices in token order, then all second ones; what lies beyond the capacity is dropped.
extern "C" __global__ void NAMED(pack_choices)(
    const int* expert, const float* used, const int* counts, int* slot, int capacity, int tokens) {
    for (int i = first_index(); i < 2 * tokens; i += index_stride()) {
        int s = i / 2;
        int choice = i % 2;
        int place = choice == 0 ? 0 : counts[expert[i]];
        for (int other = 0; other < s; other++) {
            place += expert[2 * other + choice] == expert[i] && (!used || used[other] != 0);
        }
        slot[i] = (!used || used[s] != 0) && place < capacity ? place : -1;
    }
}

// 2^-23, the bound below which DeepSpeed does not divide.
constexpr float LEAST = 1.1920928955078125e-7f;

extern "C" __global__ void NAMED(gate_weights)(
    const float* gates, const int* expert, const int* slot, float* weights, int k, int experts, int tokens) {
    for (int s = first_index(); s < tokens; s += index_stride()) {
        float sum = 0;
        for (int i = s * k; i < (s + 1) * k; i++) {
            weights[i] = slot[i] < 0 ? 0.0f : gates[s * experts + expert[i]];
            sum += weights[i];
        }
        if (k == 2) {
            float divisor = sum > LEAST || isnan(sum) ? sum : LEAST;
            weights[2 * s] /= divisor;
            weights[2 * s + 1] /= divisor;
        }
    }
}

// w = g/s with s = Σ g: dg = (dw - Σ dw·g / s) / s; below the bound s is a constant.
extern "C" __global__ void NAMED(gate_weights_grad)(
    const float* dweights, const float* gates, const int* expert, const int* slot, float* dgates, int k, int experts, int tokens) {
    for (int s = first_index(); s < tokens; s += index_stride()) {
        float sum = 0;
        float dot = 0;
        for (int e = 0; e < experts; e++) {
            dgates[s * experts + e] = 0;
        }
        for (int i = s * k; i < (s + 1) * k; i++) {
            if (slot[i] >= 0) {
                float gate = gates[s * experts + expert[i]];
                sum += gate;
                dot += dweights[i] * gate;
            }
        }
        for (int i = s * k; i < (s + 1) * k; i++) {
            if (slot[i] >= 0) {
                float normalised = sum > LEAST ? (dweights[i] - dot / sum) / sum : dweights[i] / LEAST;
                dgates[s * experts + expert[i]] += k == 1 ? dweights[i] : normalised;
            }
        }
    }
}

// The share of tokens whose first choice is an expert.
__device__ inline float share(const int* expert, int e, int k, int tokens) {
    int count = 0;
    for (int s = 0; s < tokens; s++) {
        count += expert[s * k] == e;
    }
    return (float)count / tokens;
}

// terms[e] = mean_s(gates[s,e]) · share(e); a thread has an expert and adds its tokens in ascending order.
extern "C" __global__ void NAMED(balance_terms)(
    const float* gates, const int* expert, float* terms, int k, int experts, int tokens) {
    for (int e = first_index(); e < experts; e += index_stride()) {
        float sum = 0;
        for (int s = 0; s < tokens; s++) {
            sum += gates[s * experts + e];
        }
        terms[e] = sum / tokens * share(expert, e, k, tokens);
    }
}

// loss = experts · Σ terms: every 128th expert a thread, then halves onto halves. One block of 128.
extern "C" __global__ void NAMED(balance_loss)(const float* terms, float* loss, int experts) {
    float sum = 0;
    for (int e = threadIdx.x; e < experts; e += SUMMING) {
        sum += terms[e];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        *loss = experts * sum;
    }
}

extern "C" __global__ void NAMED(balance_loss_grad)(
    const float* dloss, const int* expert, float* dgates, int k, int experts, int tokens) {
    for (int e = first_index(); e < experts; e += index_stride()) {
        float gradient = *dloss * experts * share(expert, e, k, tokens) / tokens;
        for (int s = 0; s < tokens; s++) {
            dgates[s * experts + e] = gradient;
        }
    }
}
