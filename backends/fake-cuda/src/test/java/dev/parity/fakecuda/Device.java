package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuCtxSetCurrent;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRelease;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;
import static org.bytedeco.cuda.global.cudart.cuInit;
import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoH;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoD;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuStreamCreate;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCompileProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCreateProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcDestroyProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBIN;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBINSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLog;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLogSize;

import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.javacpp.SizeTPointer;

/// A device as a program sees it through JavaCPP: a context, a stream and what tests do with them.
final class Device implements AutoCloseable {
    static final int BLOCKING = 0;
    static final int NON_BLOCKING = 1;

    final CUctx_st context = new CUctx_st();
    final CUstream_st stream;
    private final int ordinal;

    Device() {
        this(0);
    }

    Device(int ordinal) {
        this.ordinal = ordinal;
        assertThat(cuInit(0)).isZero();
        assertThat(cuDevicePrimaryCtxRetain(context, ordinal)).isZero();
        assertThat(cuCtxSetCurrent(context)).isZero();
        stream = stream(NON_BLOCKING);
    }

    static CUstream_st stream(int flags) {
        CUstream_st stream = new CUstream_st();
        assertThat(cuStreamCreate(stream, flags)).isZero();
        return stream;
    }

    /// An image, or the compiler's log.
    record Compiled(int status, BytePointer image, String log) {}

    static Compiled compile(String source, String... options) {
        _nvrtcProgram program = new _nvrtcProgram();
        assertThat(nvrtcCreateProgram(
                        program,
                        new BytePointer(source),
                        new BytePointer("test.cu"),
                        0,
                        new PointerPointer<BytePointer>(),
                        new PointerPointer<BytePointer>()))
                .isZero();
        int status = nvrtcCompileProgram(program, options.length, new PointerPointer<>(options));
        SizeTPointer size = new SizeTPointer(1);
        assertThat(nvrtcGetProgramLogSize(program, size)).isZero();
        BytePointer log = new BytePointer(size.get());
        assertThat(nvrtcGetProgramLog(program, log)).isZero();
        BytePointer image = new BytePointer();
        if (status == 0) {
            assertThat(nvrtcGetCUBINSize(program, size)).isZero();
            image = new BytePointer(size.get());
            assertThat(nvrtcGetCUBIN(program, image)).isZero();
        }
        nvrtcDestroyProgram(program);
        return new Compiled(status, image, log.limit(log.limit() - 1).getString()); // without the zero at its end
    }

    static CUmod_st module(String source) {
        Compiled compiled = compile(source, "--gpu-architecture=sm_90", "--std=c++17", "--fmad=false");
        assertThat(compiled.log()).isEmpty();
        return load(compiled.image());
    }

    static CUmod_st load(BytePointer image) {
        CUmod_st module = new CUmod_st();
        assertThat(cuModuleLoadData(module, image)).isZero();
        return module;
    }

    static CUfunc_st function(CUmod_st module, String name) {
        CUfunc_st function = new CUfunc_st();
        assertThat(cuModuleGetFunction(function, module, name)).isZero();
        return function;
    }

    static CUfunc_st kernel(String name, String source) {
        return function(module(source), name);
    }

    static long allocate(long bytes) {
        long[] pointer = new long[1];
        assertThat(cuMemAlloc(pointer, bytes)).isZero();
        return pointer[0];
    }

    static long floats(float... values) {
        long start = allocate(4L * values.length);
        assertThat(cuMemcpyHtoD(start, new FloatPointer(values), 4L * values.length))
                .isZero();
        return start;
    }

    /// Elements of binary16, by their codes.
    static long halves(short... codes) {
        long start = allocate(2L * codes.length);
        assertThat(cuMemcpyHtoD(start, new ShortPointer(codes), 2L * codes.length))
                .isZero();
        return start;
    }

    static float[] readHalves(long start, int count) {
        ShortPointer codes = new ShortPointer(count);
        assertThat(cuMemcpyDtoH(codes, start, 2L * count)).isZero();
        float[] result = new float[count];
        for (int i = 0; i < count; i++) {
            result[i] = Float.float16ToFloat(codes.get(i));
        }
        return result;
    }

    static float[] read(long start, int count) {
        FloatPointer values = new FloatPointer(count);
        assertThat(cuMemcpyDtoH(values, start, 4L * count)).isZero();
        float[] result = new float[count];
        values.get(result);
        return result;
    }

    /// Launches a kernel whose parameters are all of 8 bytes.
    int launch(CUfunc_st function, int blocks, int threads, int shared, long... parameters) {
        return launch(stream, function, blocks, threads, shared, parameters);
    }

    static int launch(CUstream_st stream, CUfunc_st function, int blocks, int threads, int shared, long... parameters) {
        PointerPointer<Pointer> addresses = new PointerPointer<>(parameters.length);
        LongPointer values = new LongPointer(parameters);
        for (int i = 0; i < parameters.length; i++) {
            addresses.put(i, values.getPointer(i));
        }
        return cuLaunchKernel(
                function, blocks, 1, 1, threads, 1, 1, shared, stream, addresses, (PointerPointer<Pointer>) null);
    }

    @Override
    public void close() {
        cuDevicePrimaryCtxRelease(ordinal);
    }

    /// A pointer to the device, for calls that do not take its address as a number.
    static Pointer at(long address) {
        return new Address(address);
    }

    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
