package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
import static org.bytedeco.cuda.global.cudart.CU_STREAM_NON_BLOCKING;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoHAsync;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuMemsetD8Async;
import static org.bytedeco.cuda.global.cudart.cuStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamCreate;
import static org.bytedeco.cuda.global.cudart.cuStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cuStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;
import static org.bytedeco.cuda.global.cudart.cuStreamWaitEvent;

import dev.parity.spi.Handles;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;

/// Work of one rank, in the order in which it was given.
public final class Stream implements AutoCloseable {
    private final Device device;
    private final CUstream_st handle = new CUstream_st();
    private final Map<Class<?>, AutoCloseable> libraries = new HashMap<>();
    private final Handles handles = new Handles();

    /// Makes a stream that does not wait for the legacy default stream.
    ///
    /// @param device where
    public Stream(Device device) {
        this.device = device;
        device.enter();
        device.check(cuStreamCreate(handle, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    }

    /// Returns the device.
    ///
    /// @return where the work is done
    public Device device() {
        return device;
    }

    /// Returns the driver's handle, for libraries.
    ///
    /// @return valid until this is closed
    public CUstream_st handle() {
        return handle;
    }

    /// Returns a library's handle for this stream; made when it is first asked for, closed with the stream.
    ///
    /// @param kind the handle's class
    /// @param open makes it
    /// @return always the same
    /// @param <H> a handle
    public <H extends AutoCloseable> H library(Class<H> kind, Function<Stream, H> open) {
        return kind.cast(libraries.computeIfAbsent(kind, _ -> handles.add(open.apply(this))));
    }

    /// Waits until all work is done.
    public void synchronize() {
        device.enter();
        device.check(cuStreamSynchronize(handle), "cuStreamSynchronize");
    }

    /// Lets what is given from now on wait for another stream's work.
    ///
    /// @param event recorded there
    public void await(Event event) {
        device.check(cuStreamWaitEvent(handle, event.handle(), 0), "cuStreamWaitEvent");
    }

    /// Fills memory with zero bytes.
    ///
    /// @param address where
    /// @param bytes how many
    public void clear(long address, long bytes) {
        device.check(cuMemsetD8Async(address, (byte) 0, bytes, handle), "cuMemsetD8Async");
    }

    /// Copies on the device.
    ///
    /// @param from source
    /// @param to destination
    /// @param bytes how many
    public void copy(long from, long to, long bytes) {
        device.check(cuMemcpyDtoDAsync(to, from, bytes, handle), "cuMemcpyDtoDAsync");
    }

    /// Copies to the device.
    ///
    /// @param from stays as it is until the stream has done this
    /// @param to destination
    /// @param bytes how many
    public void upload(Pinned from, long to, long bytes) {
        device.check(cuMemcpyHtoDAsync(to, from.pointer(), bytes, handle), "cuMemcpyHtoDAsync");
    }

    /// Copies from the device.
    ///
    /// @param from source
    /// @param to destination, filled when the stream has done this
    /// @param bytes how many
    public void download(long from, Pinned to, long bytes) {
        device.check(cuMemcpyDtoHAsync(to.pointer(), from, bytes, handle), "cuMemcpyDtoHAsync");
    }

    /// Records work instead of doing it.
    ///
    /// @param work gives the stream what is recorded
    /// @return the recorded work
    public Graph capture(Runnable work) {
        device.enter();
        device.check(cuStreamBeginCapture(handle, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), "cuStreamBeginCapture");
        CUgraph_st graph = new CUgraph_st();
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            Graph.abandon(cuStreamEndCapture(handle, graph), graph);
            throw failure;
        }
        device.check(cuStreamEndCapture(handle, graph), "cuStreamEndCapture");
        return new Graph(device, graph);
    }

    @Override
    public void close() {
        device.enter();
        handles.close();
        device.freed(cuStreamDestroy(handle), "cuStreamDestroy");
    }
}
