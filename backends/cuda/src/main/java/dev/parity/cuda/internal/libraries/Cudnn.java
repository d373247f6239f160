package dev.parity.cuda.internal.libraries;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_0;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_BFLOAT16;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_HALF;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DEFAULT_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_SUCCESS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NCHW;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_OP_MATH;
import static org.bytedeco.cuda.global.cudnn.cudnnAddTensor;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardData;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardFilter;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionForward;
import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroy;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionForwardWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;
import static org.bytedeco.cuda.global.cudnn.cudnnGetVersion;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolution2dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionMathType;
import static org.bytedeco.cuda.global.cudnn.cudnnSetFilter4dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensor4dDescriptor;

import dev.parity.cuda.internal.driver.Stream;
import dev.parity.cuda.internal.ops.Commands;
import dev.parity.spi.BackendException;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.Shape;
import dev.parity.spi.Value;
import java.util.function.ToLongFunction;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/// Convolutions by cuDNN, with fixed algorithms. The output first gets the bias, to which the sums are added
/// before they are rounded: one rounding, as the Op asks, where PyTorch adds the bias to what is rounded.
@SuppressWarnings("deprecation") // cuDNN 9 still has these calls, and they name algorithms, which its graphs do not
public final class Cudnn implements AutoCloseable {
    private final cudnnContext handle = new cudnnContext();

    private Cudnn(Stream stream) {
        stream.device().enter();
        check(cudnnCreate(handle), "cudnnCreate");
        check(cudnnSetStream(handle, stream.handle()), "cudnnSetStream");
    }

    /// Names the library for provenance.
    ///
    /// @return with its version
    public static String text() {
        return "cuDNN " + cudnnGetVersion();
    }

    @Override
    public void close() {
        check(cudnnDestroy(handle), "cudnnDestroy");
    }

    private static void check(int status, String what) {
        if (status != CUDNN_STATUS_SUCCESS) {
            throw new BackendException(
                    "%s: %s (%d)".formatted(what, cudnnGetErrorString(status).getString(), status));
        }
    }

    /// Adds the commands of a convolution.
    ///
    /// @param node the Op's node
    /// @param mode how to compute
    /// @param addresses of the node's values
    /// @param commands receives them
    public static void conv(Node node, NumericMode mode, ToLongFunction<Value> addresses, Commands commands) {
        cudnnContext handle = handle(commands);
        Descriptors d = new Descriptors(node.input(0), node.input(1), node.output(), mode, commands);
        int algorithm = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
        Pointer x = Addresses.of(addresses.applyAsLong(node.input(0)));
        Pointer w = Addresses.of(addresses.applyAsLong(node.input(1)));
        Pointer bias = Addresses.of(addresses.applyAsLong(node.input(2)));
        Pointer y = Addresses.of(addresses.applyAsLong(node.output()));
        commands.add(
                "cudnnAddTensor",
                () -> check(cudnnAddTensor(handle, d.one, d.bias, bias, d.zero, d.y, y), "cudnnAddTensor"));
        add(
                "cudnnConvolutionForward",
                commands,
                bytes ->
                        cudnnGetConvolutionForwardWorkspaceSize(handle, d.x, d.w, d.convolution, d.y, algorithm, bytes),
                (workspace, size) -> cudnnConvolutionForward(
                        handle, d.one, d.x, x, d.w, w, d.convolution, algorithm, workspace, size, d.one, d.y, y));
    }

    /// Adds the commands of a convolution's input gradient.
    ///
    /// @param node the Op's node
    /// @param mode how to compute
    /// @param addresses of the node's values
    /// @param commands receives them
    public static void inputGrad(Node node, NumericMode mode, ToLongFunction<Value> addresses, Commands commands) {
        cudnnContext handle = handle(commands);
        Descriptors d = new Descriptors(node.output(), node.input(1), node.input(0), mode, commands);
        int algorithm = mode.deterministic() ? CUDNN_CONVOLUTION_BWD_DATA_ALGO_1 : CUDNN_CONVOLUTION_BWD_DATA_ALGO_0;
        Pointer dy = Addresses.of(addresses.applyAsLong(node.input(0)));
        Pointer w = Addresses.of(addresses.applyAsLong(node.input(1)));
        Pointer dx = Addresses.of(addresses.applyAsLong(node.output()));
        add(
                "cudnnConvolutionBackwardData",
                commands,
                bytes -> cudnnGetConvolutionBackwardDataWorkspaceSize(
                        handle, d.w, d.y, d.convolution, d.x, algorithm, bytes),
                (workspace, size) -> cudnnConvolutionBackwardData(
                        handle, d.one, d.w, w, d.y, dy, d.convolution, algorithm, workspace, size, d.zero, d.x, dx));
    }

    /// Adds the commands of a convolution's weight gradient.
    ///
    /// @param node the Op's node
    /// @param mode how to compute
    /// @param addresses of the node's values
    /// @param commands receives them
    public static void weightGrad(Node node, NumericMode mode, ToLongFunction<Value> addresses, Commands commands) {
        cudnnContext handle = handle(commands);
        Descriptors d = new Descriptors(node.input(0), node.output(), node.input(1), mode, commands);
        int algorithm =
                mode.deterministic() ? CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1 : CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0;
        Pointer x = Addresses.of(addresses.applyAsLong(node.input(0)));
        Pointer dy = Addresses.of(addresses.applyAsLong(node.input(1)));
        Pointer dw = Addresses.of(addresses.applyAsLong(node.output()));
        add(
                "cudnnConvolutionBackwardFilter",
                commands,
                bytes -> cudnnGetConvolutionBackwardFilterWorkspaceSize(
                        handle, d.x, d.y, d.convolution, d.w, algorithm, bytes),
                (workspace, size) -> cudnnConvolutionBackwardFilter(
                        handle, d.one, d.x, x, d.y, dy, d.convolution, algorithm, workspace, size, d.zero, d.w, dw));
    }

    private static cudnnContext handle(Commands commands) {
        return commands.stream().library(Cudnn.class, Cudnn::new).handle;
    }

    /// A call that works in memory of a size that another one tells.
    private interface Call {
        int issue(Pointer workspace, long size);
    }

    private static void add(String name, Commands commands, SizeQuery query, Call call) {
        long size = size(query);
        Pointer workspace = Addresses.of(commands.scratch(Math.max(size, 1)));
        commands.add(name, () -> check(call.issue(workspace, size), name));
    }

    /// A call that tells how much memory another one needs.
    private interface SizeQuery {
        int ask(SizeTPointer bytes);
    }

    private static long size(SizeQuery query) {
        try (SizeTPointer bytes = new SizeTPointer(1)) {
            check(query.ask(bytes), "asking for the size of a workspace");
            return bytes.get();
        }
    }

    /// The descriptors of x, w, y and the bias; closed with the commands.
    private static final class Descriptors {
        private final cudnnTensorStruct x;
        private final cudnnFilterStruct w = new cudnnFilterStruct();
        private final cudnnTensorStruct y;
        private final cudnnTensorStruct bias;
        private final cudnnConvolutionStruct convolution = new cudnnConvolutionStruct();
        private final FloatPointer one;
        private final FloatPointer zero;

        Descriptors(Value x, Value w, Value y, NumericMode mode, Commands owner) {
            one = owner.own(new FloatPointer(1f));
            zero = owner.own(new FloatPointer(0f));
            ElementType type = x.element();
            int kind = switch (type) {
                case FP16 -> CUDNN_DATA_HALF;
                case BF16 -> CUDNN_DATA_BFLOAT16;
                case FP32 -> CUDNN_DATA_FLOAT;
                case FP64, INT32, UINT8 -> throw new BackendException("no convolution of " + type);
            };
            this.x = tensor(kind, x.shape(), owner);
            this.y = tensor(kind, y.shape(), owner);
            bias = tensor(kind, Shape.of(1, w.shape().extent(0), 1, 1), owner);
            Shape s = w.shape();
            check(cudnnCreateFilterDescriptor(this.w), "cudnnCreateFilterDescriptor");
            owner.own(() -> check(cudnnDestroyFilterDescriptor(this.w), "cudnnDestroyFilterDescriptor"));
            check(
                    cudnnSetFilter4dDescriptor(
                            this.w, kind, CUDNN_TENSOR_NCHW, s.extent(0), s.extent(1), s.extent(2), s.extent(3)),
                    "cudnnSetFilter4dDescriptor");
            check(cudnnCreateConvolutionDescriptor(convolution), "cudnnCreateConvolutionDescriptor");
            owner.own(() -> check(cudnnDestroyConvolutionDescriptor(convolution), "cudnnDestroyConvolutionDescriptor"));
            check(
                    cudnnSetConvolution2dDescriptor(
                            convolution, 0, 0, 1, 1, 1, 1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
                    "cudnnSetConvolution2dDescriptor");
            check(cudnnSetConvolutionMathType(convolution, math(type, mode)), "cudnnSetConvolutionMathType");
        }

        /// The default lets cuDNN use TF32 for FP32.
        private static int math(ElementType type, NumericMode mode) {
            if (type != ElementType.FP32) {
                return CUDNN_TENSOR_OP_MATH;
            }
            return mode.convOperands() == OperandRounding.TF32 ? CUDNN_DEFAULT_MATH : CUDNN_FMA_MATH;
        }

        private static cudnnTensorStruct tensor(int kind, Shape s, Commands owner) {
            cudnnTensorStruct made = new cudnnTensorStruct();
            check(cudnnCreateTensorDescriptor(made), "cudnnCreateTensorDescriptor");
            owner.own(() -> check(cudnnDestroyTensorDescriptor(made), "cudnnDestroyTensorDescriptor"));
            check(
                    cudnnSetTensor4dDescriptor(
                            made, CUDNN_TENSOR_NCHW, kind, s.extent(0), s.extent(1), s.extent(2), s.extent(3)),
                    "cudnnSetTensor4dDescriptor");
            return made;
        }
    }
}
