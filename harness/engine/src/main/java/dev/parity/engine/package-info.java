/// DeepSpeed's MoE CIFAR-10 training: data, model, gradient, optimizer, loss scaler and ranks, into a
/// trace.
@NullMarked
package dev.parity.engine;

import org.jspecify.annotations.NullMarked;
