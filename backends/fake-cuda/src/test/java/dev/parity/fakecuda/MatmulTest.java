package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_ALGO_CONFIG_SPLITK_NUM;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_BIAS;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_BIAS_POINTER;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_EPILOGUE;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATMUL_DESC_TRANSB;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATRIX_LAYOUT_ORDER;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_ORDER_ROW;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_T;
import static org.bytedeco.cuda.global.cublas.cublasLtCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtDestroy;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmul;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoConfigGetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulAlgoGetHeuristic;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulDescSetAttribute;
import static org.bytedeco.cuda.global.cublas.cublasLtMatmulPreferenceCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtMatrixLayoutSetAttribute;
import static org.bytedeco.cuda.global.cudart.CUDA_R_16F;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;

import dev.parity.fakes.Live;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Products by cuBLASLt, against sums by hand.
final class MatmulTest extends FakeTest {
    private static final int INVALID_VALUE = 7;
    private static final int ILLEGAL_ADDRESS = 700;

    @BeforeAll
    static void loadCublas() {
        FakeCuda.load("libcublasLt.so.13");
    }

    private static IntPointer of(int value) {
        return new IntPointer(new int[] {value});
    }

    private static LongPointer of(long value) {
        return new LongPointer(new long[] {value});
    }

    private static cublasLtMatrixLayoutOpaque_t rowMajor(int type, long rows, long columns) {
        PointerPointer<cublasLtMatrixLayoutOpaque_t> made = new PointerPointer<>(1);
        assertThat(cublasLtMatrixLayoutCreate(made, type, rows, columns, columns))
                .isZero();
        cublasLtMatrixLayoutOpaque_t layout = made.get(cublasLtMatrixLayoutOpaque_t.class);
        assertThat(cublasLtMatrixLayoutSetAttribute(layout, CUBLASLT_MATRIX_LAYOUT_ORDER, of(CUBLASLT_ORDER_ROW), 4))
                .isZero();
        return layout;
    }

    private static cublasLtMatrixLayoutOpaque_t columnMajor(int type, long rows, long columns) {
        PointerPointer<cublasLtMatrixLayoutOpaque_t> made = new PointerPointer<>(1);
        assertThat(cublasLtMatrixLayoutCreate(made, type, rows, columns, rows)).isZero();
        return made.get(cublasLtMatrixLayoutOpaque_t.class);
    }

    private static cublasLtMatmulDescOpaque_t descriptor(int compute) {
        PointerPointer<cublasLtMatmulDescOpaque_t> made = new PointerPointer<>(1);
        assertThat(cublasLtMatmulDescCreate(made, compute, CUDA_R_32F)).isZero();
        return made.get(cublasLtMatmulDescOpaque_t.class);
    }

    private static void set(cublasLtMatmulDescOpaque_t descriptor, int attribute, Pointer value, long bytes) {
        assertThat(cublasLtMatmulDescSetAttribute(descriptor, attribute, value, bytes))
                .isZero();
    }

    private static int multiply(
            Device device,
            cublasLtMatmulDescOpaque_t what,
            float alpha,
            long a,
            cublasLtMatrixLayoutOpaque_t aLayout,
            long b,
            cublasLtMatrixLayoutOpaque_t bLayout,
            float beta,
            long d,
            cublasLtMatrixLayoutOpaque_t dLayout) {
        cublasLtContext handle = new cublasLtContext();
        assertThat(cublasLtCreate(handle)).isZero();
        int status = cublasLtMatmul(
                handle,
                what,
                new FloatPointer(alpha),
                Device.at(a),
                aLayout,
                Device.at(b),
                bLayout,
                new FloatPointer(beta),
                Device.at(d),
                dLayout,
                Device.at(d),
                dLayout,
                null,
                null,
                0,
                device.stream);
        assertThat(cublasLtDestroy(handle)).isZero();
        return status;
    }

    // [1 2; 3 4] · [5 6 7; 8 9 10] = [21 24 27; 47 54 61], B as its transposed; times 2, plus the old [1 …], plus a
    // bias
    // of 100 and 200 for the rows
    @Test
    void rowsTransposesScalesAndABias() {
        try (Device device = new Device()) {
            cublasLtMatmulDescOpaque_t what = descriptor(CUBLAS_COMPUTE_32F);
            set(what, CUBLASLT_MATMUL_DESC_TRANSB, of(CUBLAS_OP_T), 4);
            set(what, CUBLASLT_MATMUL_DESC_EPILOGUE, of(CUBLASLT_EPILOGUE_BIAS), 4);
            set(what, CUBLASLT_MATMUL_DESC_BIAS_POINTER, of(Device.floats(100, 200)), 8);
            long d = Device.floats(1, 1, 1, 1, 1, 1);
            assertThat(multiply(
                            device,
                            what,
                            2,
                            Device.floats(1, 2, 3, 4),
                            rowMajor(CUDA_R_32F, 2, 2),
                            Device.floats(5, 8, 6, 9, 7, 10),
                            rowMajor(CUDA_R_32F, 3, 2),
                            1,
                            d,
                            rowMajor(CUDA_R_32F, 2, 3)))
                    .isZero();
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            assertThat(Device.read(d, 6)).containsExactly(143, 149, 155, 295, 309, 323);
        }
    }

    // the same product in fp16 and column-major order, twice with other signs; 2049 is stored as 2048
    @Test
    void columnsBatchesAndRounding() {
        try (Device device = new Device()) {
            long a = Device.halves(codes(1, 3, 2, 4, -1, -3, -2, -4));
            long b = Device.halves(codes(5, 8, 6, 9, 7, 10, 2049 - 2, 1, 0, 0, 0, 0));
            long d = Device.allocate(2 * 12);
            var la = batched(columnMajor(CUDA_R_16F, 2, 2), 4);
            var lb = batched(columnMajor(CUDA_R_16F, 2, 3), 6);
            var ld = batched(columnMajor(CUDA_R_16F, 2, 3), 6);
            assertThat(multiply(device, descriptor(CUBLAS_COMPUTE_32F), 1, a, la, b, lb, 0, d, ld))
                    .isZero();
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            assertThat(Device.readHalves(d, 12)).containsExactly(21, 47, 24, 54, 27, 61, -2048, -6144, 0, 0, 0, 0);
        }
    }

    private static short[] codes(float... values) {
        short[] codes = new short[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = Float.floatToFloat16(values[i]);
        }
        return codes;
    }

    private static cublasLtMatrixLayoutOpaque_t batched(cublasLtMatrixLayoutOpaque_t layout, long stride) {
        assertThat(cublasLtMatrixLayoutSetAttribute(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, of(2), 4))
                .isZero();
        assertThat(cublasLtMatrixLayoutSetAttribute(layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, of(stride), 8))
                .isZero();
        return layout;
    }

    // 1 + 2^-11 has 11 digits behind the point: tf32 keeps 10, and rounds the tie away from zero
    @Test
    void tf32RoundsItsOperands() {
        try (Device device = new Device()) {
            long a = Device.floats(1 + 0x1p-11f);
            long b = Device.floats(1);
            long d = Device.allocate(4);
            cublasLtMatrixLayoutOpaque_t one = rowMajor(CUDA_R_32F, 1, 1);
            assertThat(multiply(device, descriptor(CUBLAS_COMPUTE_32F), 1, a, one, b, one, 0, d, one))
                    .isZero();
            assertThat(Device.read(d, 1)).containsExactly(1 + 0x1p-11f);
            assertThat(multiply(device, descriptor(CUBLAS_COMPUTE_32F_FAST_TF32), 1, a, one, b, one, 0, d, one))
                    .isZero();
            assertThat(Device.read(d, 1)).containsExactly(1 + 0x1p-10f);
        }
    }

    @Test
    void layoutsThatDoNotFitAndMatricesThatLeaveTheirMemoryAreRefused() {
        try (Device device = new Device()) {
            long x = Device.floats(1, 2, 3, 4);
            cublasLtMatmulDescOpaque_t what = descriptor(CUBLAS_COMPUTE_32F);
            cublasLtMatrixLayoutOpaque_t square = rowMajor(CUDA_R_32F, 2, 2);
            cublasLtMatrixLayoutOpaque_t large = rowMajor(CUDA_R_32F, 3, 3);
            assertThat(multiply(device, what, 1, x, square, x, large, 0, x, square))
                    .isEqualTo(INVALID_VALUE);
            assertThat(multiply(device, what, 1, x, large, x, large, 0, x, large))
                    .isZero();
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(ILLEGAL_ADDRESS);
            assertThat(log()).contains("cublasLtMatmul: a matrix is not inside one allocation");
        }
    }

    @Test
    void theHeuristicSaysThatKIsNotSplit() {
        cublasLtContext handle = new cublasLtContext();
        assertThat(cublasLtCreate(handle)).isZero();
        PointerPointer<cublasLtMatmulPreferenceOpaque_t> preference = new PointerPointer<>(1);
        assertThat(cublasLtMatmulPreferenceCreate(preference)).isZero();
        cublasLtMatrixLayoutOpaque_t square = rowMajor(CUDA_R_32F, 2, 2);
        cublasLtMatmulHeuristicResult_t result = new cublasLtMatmulHeuristicResult_t();
        int[] found = new int[1];
        assertThat(cublasLtMatmulAlgoGetHeuristic(
                        handle,
                        descriptor(CUBLAS_COMPUTE_32F),
                        square,
                        square,
                        square,
                        square,
                        preference.get(cublasLtMatmulPreferenceOpaque_t.class),
                        1,
                        result,
                        found))
                .isZero();
        assertThat(found).containsExactly(1);
        IntPointer splits = new IntPointer(1);
        assertThat(cublasLtMatmulAlgoConfigGetAttribute(
                        new cublasLtMatmulAlgo_t(result.algo()),
                        CUBLASLT_ALGO_CONFIG_SPLITK_NUM,
                        splits,
                        4,
                        new SizeTPointer(1)))
                .isZero();
        assertThat(splits.get()).isEqualTo(1);
        assertThat(fake.live())
                .extracting(Live::kind)
                .contains("cuBLASLt handle", "cuBLASLt matmul preference", "cuBLASLt matrix layout");
    }
}
