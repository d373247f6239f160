package dev.parity.bench;

import static org.bytedeco.pytorch.global.torch.bmm;
import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.from_blob;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.one_hot;
import static org.bytedeco.pytorch.global.torch.rand;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.set_num_threads;
import static org.bytedeco.pytorch.global.torch.stack;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The peer: the same MoE net trained by libtorch, eager, FP32, on one device with the whole batch of 16.
/// Its tensors belong to the scope in which it was made.
///
/// Run it with `OPENBLAS_NUM_THREADS=1`: with two threads, OpenBLAS's own would fight with libtorch's.
final class LibtorchPeer {
    private static final int BATCH = 16;
    private static final int IMAGE = 3 * 32 * 32;
    private static final int WIDTH = 84;
    private static final int EXPERTS = 2;
    private static final int CAPACITY = BATCH / EXPERTS;

    /// How tokens find their experts.
    enum Routing {
        /// By products with one-hot masks, as DeepSpeed does.
        MASK,
        /// By copying each expert's rows.
        INDEX;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What was measured.
    ///
    /// @param routing how tokens were routed
    /// @param threads of libtorch
    /// @param stepsPerSecond of each window
    /// @param finalLoss mean over the last window
    record Result(Routing routing, int threads, Rates stepsPerSecond, double finalLoss) {}

    /// Batches of 16 images as libtorch's tensors.
    record Batches(List<Tensor> inputs, List<Tensor> targets) {
        /// Copies images.
        ///
        /// @param images normalised pixels, one image after the other
        /// @param labels of the images
        static Batches of(float[] images, long[] labels) {
            List<Tensor> inputs = new ArrayList<>();
            List<Tensor> targets = new ArrayList<>();
            FloatPointer pixels = new FloatPointer(images);
            LongPointer classes = new LongPointer(labels);
            TensorOptions longs = new TensorOptions(torch.ScalarType.Long);
            for (int batch = 0; batch < labels.length / BATCH; batch++) {
                inputs.add(from_blob(pixels.getPointer((long) batch * BATCH * IMAGE), BATCH, 3, 32, 32)
                        .clone());
                targets.add(from_blob(classes.getPointer((long) batch * BATCH), new long[] {BATCH}, longs)
                        .clone());
            }
            return new Batches(inputs, targets);
        }
    }

    private final List<Tensor> parameters = new ArrayList<>();
    private final Tensor conv1 = parameter(75, 6, 3, 5, 5);
    private final Tensor conv1Bias = parameter(75, 6);
    private final Tensor conv2 = parameter(150, 16, 6, 5, 5);
    private final Tensor conv2Bias = parameter(150, 16);
    private final Tensor fc1 = parameter(400, 120, 400);
    private final Tensor fc1Bias = parameter(400, 120);
    private final Tensor fc2 = parameter(120, WIDTH, 120);
    private final Tensor fc2Bias = parameter(120, WIDTH);
    private final Tensor gate = parameter(WIDTH, EXPERTS, WIDTH);
    private final Tensor experts = parameter(WIDTH, EXPERTS, WIDTH, WIDTH);
    private final Tensor expertBias = parameter(WIDTH, EXPERTS, 1, WIDTH);
    private final Tensor fc4 = parameter(WIDTH, 10, WIDTH);
    private final Tensor fc4Bias = parameter(WIDTH, 10);
    private final Batches batches;
    private final Routing routing;
    private final int threads;
    private final AdamW optimizer;
    private final List<Double> rates = new ArrayList<>();
    private int done;
    private double finalLoss;

    /// Makes a net.
    ///
    /// @param batches to train on
    /// @param routing how tokens find their experts
    /// @param threads of libtorch
    LibtorchPeer(Batches batches, Routing routing, int threads) {
        this.batches = batches;
        this.routing = routing;
        this.threads = threads;
        AdamWOptions options = new AdamWOptions(1e-3);
        DoublePointer betas = options.betas(); // a C++ tuple, which lies in memory last element first
        betas.put(0, 0.999);
        betas.put(1, 0.8);
        options.eps().put(1e-8);
        options.weight_decay().put(3e-7);
        optimizer = new AdamW(new TensorVector(parameters.toArray(Tensor[]::new)), options);
    }

    private Tensor parameter(int fanIn, long... shape) {
        double bound = 1 / Math.sqrt(fanIn);
        Tensor tensor =
                rand(shape).mul(new Scalar(2 * bound)).sub(new Scalar(bound)).detach();
        tensor.set_requires_grad(true);
        parameters.add(tensor);
        return tensor;
    }

    /// Trains on, and measures the rate.
    ///
    /// @param steps how many
    void window(int steps) {
        set_num_threads(threads);
        finalLoss = 0;
        long begin = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            int batch = done++ % batches.inputs.size();
            finalLoss += step(batches.inputs.get(batch), batches.targets.get(batch)) / steps;
        }
        rates.add(steps * 1e9 / (System.nanoTime() - begin));
    }

    /// The rates of all windows but the first, in which libtorch warms up.
    Result result() {
        double[] measured =
                rates.stream().skip(1).mapToDouble(Double::doubleValue).toArray();
        return new Result(routing, threads, Rates.of(measured), finalLoss);
    }

    private double step(Tensor input, Tensor target) {
        try (PointerScope _ = new PointerScope()) {
            optimizer.zero_grad(true);
            Tensor loss = cross_entropy_loss(forward(input), target);
            loss.backward();
            clip();
            optimizer.step();
            return loss.item_float();
        }
    }

    /// Scales the gradients to a norm of at most 1.
    private void clip() {
        TensorVector norms = new TensorVector(
                parameters.stream().map(parameter -> parameter.grad().norm()).toArray(Tensor[]::new));
        Tensor total = stack(norms).norm();
        Tensor factor = total.add(new Scalar(1e-6)).reciprocal().clamp_max(new Scalar(1.0));
        parameters.forEach(parameter -> parameter.grad().mul_(factor));
    }

    private Tensor forward(Tensor input) {
        Tensor x = max_pool2d(relu(convolution(input, conv1, conv1Bias)), 2, 2);
        x = max_pool2d(relu(convolution(x, conv2, conv2Bias)), 2, 2);
        x = relu(linear(x.view(BATCH, 400), fc1, new TensorOptional(fc1Bias)));
        x = relu(linear(x, fc2, new TensorOptional(fc2Bias)));
        return linear(moe(x), fc4, new TensorOptional(fc4Bias));
    }

    private static Tensor convolution(Tensor x, Tensor weight, Tensor bias) {
        long[] one = {1, 1};
        return conv2d(x, weight, new TensorOptional(bias), one, new long[] {0, 0}, one, 1);
    }

    private Tensor moe(Tensor x) {
        Tensor logits = linear(x, gate);
        Tensor gates = logits.softmax(1);
        Tensor gumbel = rand(BATCH, EXPERTS).log().neg().log().neg();
        Tensor expert = logits.detach().add(gumbel).argmax(new LongOptional(1), false);
        return switch (routing) {
            case MASK -> byMask(x, gates, expert);
            case INDEX -> byIndex(x, gates, expert);
        };
    }

    private Tensor byMask(Tensor x, Tensor gates, Tensor expert) {
        Tensor chosen = one_hot(expert, EXPERTS); // S x E
        Tensor location = chosen.cumsum(0).sub(new Scalar(1)).mul(chosen);
        Tensor kept = chosen.mul(location.lt(new Scalar(CAPACITY)));
        Tensor slot = one_hot(location.sum(1).clamp_max(new Scalar(CAPACITY - 1)), CAPACITY); // S x C
        Tensor dispatch = kept.unsqueeze(2).mul(slot.unsqueeze(1)).to(torch.ScalarType.Float); // S x E x C
        Tensor flat = dispatch.view(BATCH, EXPERTS * CAPACITY);
        Tensor dispatched = flat.t().mm(x).view(EXPERTS, CAPACITY, WIDTH);
        Tensor done = bmm(dispatched, experts.transpose(1, 2)).add(expertBias);
        Tensor combine = dispatch.mul(gates.unsqueeze(2)).view(BATCH, EXPERTS * CAPACITY);
        return combine.mm(done.view(EXPERTS * CAPACITY, WIDTH));
    }

    private Tensor byIndex(Tensor x, Tensor gates, Tensor expert) {
        Tensor out = zeros(BATCH, WIDTH);
        for (int e = 0; e < EXPERTS; e++) {
            Tensor tokens = expert.eq(new Scalar(e)).nonzero().view(-1);
            long count = Math.min(tokens.size(0), CAPACITY);
            if (count > 0) {
                tokens = tokens.narrow(0, 0, count);
                Tensor done = linear(
                        x.index_select(0, tokens),
                        experts.select(0, e),
                        new TensorOptional(expertBias.select(0, e).view(-1)));
                Tensor weight = gates.select(1, e).index_select(0, tokens).unsqueeze(1);
                out = out.index_add(0, tokens, done.mul(weight));
            }
        }
        return out;
    }
}
