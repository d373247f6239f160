package dev.parity.cuda.internal.libraries;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_BIAS;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_BIAS_POINTER;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_EPILOGUE;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSA;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSB;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_REDUCTION_SCHEME_MASK;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_REDUCTION_SCHEME_NONE;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_N;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_T;
import static org.bytedeco.cuda.global.cublas.CUBLAS_STATUS_SUCCESS;
import static org.bytedeco.cuda.global.cublas.cublasLtCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtGetStatusString;
import static org.bytedeco.cuda.global.cublas.cublasLtGetVersion;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmul;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoGetHeuristic;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescSetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceSetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutDestroy;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16BF;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16F;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;

import dev.parity.cuda.internal.driver.DeviceMemory;
import dev.parity.cuda.internal.driver.Stream;
import dev.parity.cuda.internal.ops.Commands;
import dev.parity.spi.BackendException;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.function.ToLongFunction;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;

/// Matrix products by cuBLASLt. Which algorithm sums, its heuristic says; slices of K are allowed only where
/// the mode does not ask for equal bits.
public final class CublasLt implements AutoCloseable {
    /// What NVIDIA recommends at most for Hopper (cuBLAS documentation, cublasSetWorkspace).
    private static final long WORKSPACE = 32L << 20;

    private final cublasLtContext handle = new cublasLtContext();
    private final DeviceMemory memory;
    /// All products of a stream use it, one after the other.
    private final long workspace;

    private CublasLt(Stream stream) {
        stream.device().enter();
        check(cublasLtCreate(handle), "cublasLtCreate");
        memory = stream.device().memory();
        workspace = memory.allocate(WORKSPACE);
    }

    /// Names the library for provenance.
    ///
    /// @return with its version
    public static String text() {
        return "cuBLASLt " + cublasLtGetVersion();
    }

    @Override
    public void close() {
        memory.free(workspace);
        check(cublasLtDestroy(handle), "cublasLtDestroy");
    }

    private static void check(int status, String what) {
        if (status != CUBLAS_STATUS_SUCCESS) {
            throw new BackendException("%s: %s (%d)"
                    .formatted(what, cublasLtGetStatusString(status).getString(), status));
        }
    }

    /// Adds the commands of a matrix product: cuBLASLt's matrices are column by column, so it computes the
    /// transposed product of the transposed operands in exchanged places, one matrix of a batch at a time.
    ///
    /// @param op the Op
    /// @param node its node
    /// @param mode how to compute
    /// @param addresses of the node's values
    /// @param commands receives them
    public static void matMul(
            Op.MatMul op, Node node, NumericMode mode, ToLongFunction<Value> addresses, Commands commands) {
        CublasLt library = commands.stream().library(CublasLt.class, CublasLt::new);
        int rows = node.output().shape().extent(-2);
        int columns = node.output().shape().extent(-1);
        int inner = node.input(0).shape().extent(op.transposeA() ? -2 : -1);
        int batch = node.output().shape().rank() == 3 ? node.output().shape().extent(0) : 1;
        int size = node.output().element().bytes();
        boolean biased = node.inputs().size() == 3;
        for (int i = 0; i < batch; i++) {
            Product product = new Product(
                    commands,
                    library.handle,
                    node.output().element(),
                    mode,
                    new int[] {rows, inner, columns},
                    op,
                    biased ? addresses.applyAsLong(node.input(2)) + (long) i * columns * size : 0);
            long a = addresses.applyAsLong(node.input(0)) + (long) i * rows * inner * size;
            long b = addresses.applyAsLong(node.input(1)) + (long) i * inner * columns * size;
            long c = addresses.applyAsLong(node.output()) + (long) i * rows * columns * size;
            commands.add(
                    "cublasLtMatmul of %dx%d by %dx%d".formatted(rows, inner, inner, columns),
                    () -> product.issue(a, b, c, library.workspace, commands.stream()));
        }
    }

    /// A product with its descriptors and the algorithm that was chosen; closed with the commands.
    private static final class Product {
        private final Commands owner;
        private final cublasLtContext handle;
        private final cublasLtMatmulDescOpaque_t description;
        private final cublasLtMatrixLayoutOpaque_t left;
        private final cublasLtMatrixLayoutOpaque_t right;
        private final cublasLtMatrixLayoutOpaque_t result;
        private final cublasLtMatmulHeuristicResult_t choice;
        private final FloatPointer one;
        private final FloatPointer zero;

        /// @param extents rows, inner and columns, as the Op sees them
        /// @param bias address, or 0
        Product(
                Commands owner,
                cublasLtContext handle,
                ElementType type,
                NumericMode mode,
                int[] extents,
                Op.MatMul op,
                long bias) {
            this.owner = owner;
            this.handle = handle;
            choice = owner.own(new cublasLtMatmulHeuristicResult_t());
            one = owner.own(new FloatPointer(1f));
            zero = owner.own(new FloatPointer(0f));
            int rows = extents[0];
            int inner = extents[1];
            int columns = extents[2];
            int compute = type == ElementType.FP32 && mode.matMulOperands() == OperandRounding.TF32
                    ? CUBLAS_COMPUTE_32F_FAST_TF32
                    : CUBLAS_COMPUTE_32F;
            description = described(compute);
            set(CUBLASLT_MATMUL_DESC_TRANSA, op.transposeB() ? CUBLAS_OP_T : CUBLAS_OP_N);
            set(CUBLASLT_MATMUL_DESC_TRANSB, op.transposeA() ? CUBLAS_OP_T : CUBLAS_OP_N);
            if (bias != 0) {
                set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
                try (LongPointer address = new LongPointer(new long[] {bias})) {
                    check(
                            cublasLtMatmulDescSetAttribute(
                                    description, CUBLASLT_MATMUL_DESC_BIAS_POINTER, address, Long.BYTES),
                            "cublasLtMatmulDescSetAttribute");
                }
            }
            left = op.transposeB() ? layout(type, inner, columns) : layout(type, columns, inner);
            right = op.transposeA() ? layout(type, rows, inner) : layout(type, inner, rows);
            result = layout(type, columns, rows);
            choose(mode.deterministic() ? CUBLASLT_REDUCTION_SCHEME_NONE : CUBLASLT_REDUCTION_SCHEME_MASK);
        }

        private cublasLtMatmulDescOpaque_t described(int compute) {
            try (PointerPointer<cublasLtMatmulDescOpaque_t> made = new PointerPointer<>(1)) {
                check(cublasLtMatmulDescCreate(made, compute, CUDA_R_32F), "cublasLtMatmulDescCreate");
                cublasLtMatmulDescOpaque_t created = made.get(cublasLtMatmulDescOpaque_t.class, 0);
                owner.own(() -> check(cublasLtMatmulDescDestroy(created), "cublasLtMatmulDescDestroy"));
                return created;
            }
        }

        private void set(int attribute, int value) {
            try (IntPointer number = new IntPointer(new int[] {value})) {
                check(
                        cublasLtMatmulDescSetAttribute(description, attribute, number, Integer.BYTES),
                        "cublasLtMatmulDescSetAttribute");
            }
        }

        /// Describes a matrix that lies column by column, without gaps.
        private cublasLtMatrixLayoutOpaque_t layout(ElementType type, int rows, int columns) {
            int kind = switch (type) {
                case FP16 -> CUDA_R_16F;
                case BF16 -> CUDA_R_16BF;
                case FP32 -> CUDA_R_32F;
                case FP64, INT32, UINT8 -> throw new BackendException("no matrix product of " + type);
            };
            try (PointerPointer<cublasLtMatrixLayoutOpaque_t> made = new PointerPointer<>(1)) {
                check(cublasLtMatrixLayoutCreate(made, kind, rows, columns, rows), "cublasLtMatrixLayoutCreate");
                cublasLtMatrixLayoutOpaque_t created = made.get(cublasLtMatrixLayoutOpaque_t.class, 0);
                owner.own(() -> check(cublasLtMatrixLayoutDestroy(created), "cublasLtMatrixLayoutDestroy"));
                return created;
            }
        }

        private void choose(int reductions) {
            try (PointerPointer<cublasLtMatmulPreferenceOpaque_t> made = new PointerPointer<>(1);
                    LongPointer bytes = new LongPointer(new long[] {WORKSPACE});
                    IntPointer mask = new IntPointer(new int[] {reductions})) {
                check(cublasLtMatmulPreferenceCreate(made), "cublasLtMatmulPreferenceCreate");
                cublasLtMatmulPreferenceOpaque_t preference = made.get(cublasLtMatmulPreferenceOpaque_t.class, 0);
                check(
                        cublasLtMatmulPreferenceSetAttribute(
                                preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, bytes, Long.BYTES),
                        "cublasLtMatmulPreferenceSetAttribute");
                check(
                        cublasLtMatmulPreferenceSetAttribute(
                                preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, mask, Integer.BYTES),
                        "cublasLtMatmulPreferenceSetAttribute");
                int[] found = new int[1];
                int status = cublasLtMatmulAlgoGetHeuristic(
                        handle, description, left, right, result, result, preference, 1, choice, found);
                check(cublasLtMatmulPreferenceDestroy(preference), "cublasLtMatmulPreferenceDestroy");
                check(status, "cublasLtMatmulAlgoGetHeuristic");
                if (found[0] == 0) {
                    throw new BackendException("cublasLtMatmulAlgoGetHeuristic found no algorithm");
                }
            }
        }

        void issue(long a, long b, long c, long workspace, Stream stream) {
            check(
                    cublasLtMatmul(
                            handle,
                            description,
                            one,
                            Addresses.of(b),
                            left,
                            Addresses.of(a),
                            right,
                            zero,
                            Addresses.of(c),
                            result,
                            Addresses.of(c),
                            result,
                            choice.algo(),
                            Addresses.of(workspace),
                            WORKSPACE,
                            stream.handle()),
                    "cublasLtMatmul");
        }
    }
}
