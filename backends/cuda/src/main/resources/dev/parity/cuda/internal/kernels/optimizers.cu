// Updates of weights, element by element, in FP32; T is the gradient's type. Each element is read before
// it is written, so states may be updated where they are.
#include "parity.cuh"

struct AdamW {
    float beta1;
    float rest1; // 1 - beta1, rounded once
    float beta2;
    float rest2;
    float epsilon;
    double weight_decay;
};

// control = (factor on the gradient, learning rate, 1 - beta1^t, sqrt(1 - beta2^t)). The order is
// PyTorch's: decay, then the step of m over the root of v. (Loshchilov and Hutter, arXiv 1711.05101.)
extern "C" __global__ void NAMED(adamw)(
    const float* master, const float* m, const float* v, const T* gradient, const float* control,
    float* master_new, float* m_new, float* v_new, AdamW op, int n) {
    float decay = (float)(1.0 - (double)control[1] * op.weight_decay);
    float step = control[1] / control[2];
    for (int i = first_index(); i < n; i += index_stride()) {
        float g = wide(gradient[i]) * control[0];
        float first = op.beta1 * m[i] + op.rest1 * g;
        float second = op.beta2 * v[i] + op.rest2 * g * g;
        float denominator = sqrtf(second) / control[3] + op.epsilon;
        master_new[i] = master[i] * decay - step * first / denominator;
        m_new[i] = first;
        v_new[i] = second;
    }
}

// control = (factor on the gradient, learning rate)
extern "C" __global__ void NAMED(sgd)(
    const float* master, const float* buffer, const T* gradient, const float* control,
    float* master_new, float* buffer_new, float momentum, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        float next = momentum * buffer[i] + wide(gradient[i]) * control[0];
        master_new[i] = master[i] - control[1] * next;
        buffer_new[i] = next;
    }
}
