package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NCHW;
import static org.bytedeco.cuda.global.cudnn.cudnnAddTensor;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardData;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardFilter;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionForward;
import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolution2dForwardOutputDim;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolution2dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetFilter4dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensor4dDescriptor;

import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Convolutions by cuDNN, against sums by hand.
@SuppressWarnings("deprecation") // cuDNN 9 keeps these calls for good, but would rather have its graphs used
final class ConvolutionTest extends FakeTest {
    private static final int NOT_SUPPORTED = 3000;

    @BeforeAll
    static void loadCudnn() {
        FakeCuda.load("libcublasLt.so.13", "libcudnn.so.9");
    }

    private static cudnnTensorStruct tensor(int n, int c, int h, int w) {
        cudnnTensorStruct tensor = new cudnnTensorStruct();
        assertThat(cudnnCreateTensorDescriptor(tensor)).isZero();
        assertThat(cudnnSetTensor4dDescriptor(tensor, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, n, c, h, w))
                .isZero();
        return tensor;
    }

    /// One image of 3 × 3 ones to nine, a filter of 2 × 2, no padding unless it is said.
    private static final class Case {
        final cudnnContext handle = new cudnnContext();
        final cudnnConvolutionStruct how = new cudnnConvolutionStruct();
        final cudnnFilterStruct filter = new cudnnFilterStruct();
        final cudnnTensorStruct image = tensor(1, 1, 3, 3);
        final FloatPointer one = new FloatPointer(1f);
        final FloatPointer zero = new FloatPointer(0f);

        Case(Device device, int padding) {
            assertThat(cudnnCreate(handle)).isZero();
            assertThat(cudnnSetStream(handle, device.stream)).isZero();
            assertThat(cudnnCreateConvolutionDescriptor(how)).isZero();
            assertThat(cudnnSetConvolution2dDescriptor(
                            how, padding, padding, 1, 1, 1, 1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT))
                    .isZero();
            assertThat(cudnnCreateFilterDescriptor(filter)).isZero();
            assertThat(cudnnSetFilter4dDescriptor(filter, CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, 1, 1, 2, 2))
                    .isZero();
        }
    }

    // y(0,0) = 1·1 + 2·2 + 4·3 + 5·4 = 37, and so on; a bias of 100
    @Test
    void forwardIsACrossCorrelation() {
        try (Device device = new Device()) {
            Case c = new Case(device, 0);
            long x = Device.floats(1, 2, 3, 4, 5, 6, 7, 8, 9);
            long w = Device.floats(1, 2, 3, 4);
            long y = Device.allocate(16);
            cudnnTensorStruct out = tensor(1, 1, 2, 2);
            assertThat(cudnnConvolutionForward(
                            c.handle,
                            c.one,
                            c.image,
                            Device.at(x),
                            c.filter,
                            Device.at(w),
                            c.how,
                            0,
                            null,
                            0,
                            c.zero,
                            out,
                            Device.at(y)))
                    .isZero();
            assertThat(Device.read(y, 4)).containsExactly(37, 47, 67, 77);
            assertThat(cudnnAddTensor(
                            c.handle,
                            c.one,
                            tensor(1, 1, 1, 1),
                            Device.at(Device.floats(100)),
                            c.one,
                            out,
                            Device.at(y)))
                    .isZero();
            assertThat(Device.read(y, 4)).containsExactly(137, 147, 167, 177);
        }
    }

    @Test
    void paddingEnlargesTheOutput() {
        try (Device device = new Device()) {
            Case c = new Case(device, 1);
            IntPointer n = new IntPointer(1);
            IntPointer channels = new IntPointer(1);
            IntPointer h = new IntPointer(1);
            IntPointer w = new IntPointer(1);
            assertThat(cudnnGetConvolution2dForwardOutputDim(c.how, c.image, c.filter, n, channels, h, w))
                    .isZero();
            assertThat(new int[] {n.get(), channels.get(), h.get(), w.get()}).containsExactly(1, 1, 4, 4);
            long y = Device.allocate(64);
            assertThat(cudnnConvolutionForward(
                            c.handle,
                            c.one,
                            c.image,
                            Device.at(Device.floats(1, 2, 3, 4, 5, 6, 7, 8, 9)),
                            c.filter,
                            Device.at(Device.floats(1, 2, 3, 4)),
                            c.how,
                            1,
                            null,
                            0,
                            c.zero,
                            tensor(1, 1, 4, 4),
                            Device.at(y)))
                    .isZero();
            float[] result = Device.read(y, 16);
            assertThat(result[0]).isEqualTo(4); // 1·4
            assertThat(result[5]).isEqualTo(37); // as without padding
            assertThat(result[15]).isEqualTo(9); // 9·1
        }
    }

    // with dy = [1 0; 0 2]: dw(0,0) = 1·1 + 5·2 = 11; dx is w at (0,0) and twice w at (1,1)
    @Test
    void backwardGivesBothGradients() {
        try (Device device = new Device()) {
            Case c = new Case(device, 0);
            long x = Device.floats(1, 2, 3, 4, 5, 6, 7, 8, 9);
            long w = Device.floats(1, 2, 3, 4);
            long dy = Device.floats(1, 0, 0, 2);
            cudnnTensorStruct out = tensor(1, 1, 2, 2);
            long dw = Device.allocate(16);
            long dx = Device.allocate(36);
            assertThat(cudnnConvolutionBackwardFilter(
                            c.handle,
                            c.one,
                            c.image,
                            Device.at(x),
                            out,
                            Device.at(dy),
                            c.how,
                            1,
                            null,
                            0,
                            c.zero,
                            c.filter,
                            Device.at(dw)))
                    .isZero();
            assertThat(Device.read(dw, 4)).containsExactly(11, 14, 20, 23);
            assertThat(cudnnConvolutionBackwardData(
                            c.handle,
                            c.one,
                            c.filter,
                            Device.at(w),
                            out,
                            Device.at(dy),
                            c.how,
                            1,
                            null,
                            0,
                            c.zero,
                            c.image,
                            Device.at(dx)))
                    .isZero();
            assertThat(Device.read(dx, 9)).containsExactly(1, 2, 0, 3, 6, 4, 0, 6, 8);
            assertThat(cudnnConvolutionBackwardData(
                            c.handle,
                            c.one,
                            c.filter,
                            Device.at(w),
                            out,
                            Device.at(dy),
                            c.how,
                            0,
                            null,
                            0,
                            c.zero,
                            c.image,
                            Device.at(dx)))
                    .isEqualTo(NOT_SUPPORTED);
            assertThat(log()).contains("algorithm 0 is not deterministic");
        }
    }
}
