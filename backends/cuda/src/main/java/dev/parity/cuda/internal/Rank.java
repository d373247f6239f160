package dev.parity.cuda.internal;

import dev.parity.cuda.internal.driver.Device;
import dev.parity.cuda.internal.driver.Event;
import dev.parity.cuda.internal.driver.Pinned;
import dev.parity.cuda.internal.driver.Stream;
import dev.parity.spi.Handles;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A rank: a stream of a device, and pinned memory through which its tensors travel.
final class Rank implements AutoCloseable {
    private static final long STAGING = 1 << 20;

    private final int index;
    private final Device device;
    private final Stream stream;
    private final Event uploaded;
    private final Pinned progress;
    private final Handles handles = new Handles();
    private Pinned staging;
    /// What it does now.
    private volatile @Nullable CudaBound running;

    Rank(int index, Device device) {
        this.index = index;
        this.device = device;
        try {
            stream = handles.add(new Stream(device));
            uploaded = handles.add(new Event(device));
            progress = handles.add(new Pinned(device, Integer.BYTES));
            staging = new Pinned(device, STAGING);
        } catch (RuntimeException | Error failure) {
            handles.close();
            throw failure;
        }
    }

    int index() {
        return index;
    }

    Device device() {
        return device;
    }

    Stream stream() {
        return stream;
    }

    /// Returns where kernels write how far the stream has come.
    Pinned progress() {
        return progress;
    }

    /// Says what it does from now on.
    void runs(@Nullable CudaBound bound) {
        running = bound;
    }

    /// Says which Op the stream has come to.
    ///
    /// @return for the end of a sentence, empty if it does nothing
    String atWork() {
        CudaBound bound = running;
        return bound == null ? "" : bound.atWork();
    }

    /// Copies to the device, when the stream has done what it was given before.
    ///
    /// @param to where
    /// @param bytes how many
    /// @param fill puts them into the buffer
    synchronized void upload(long to, int bytes, Consumer<ByteBuffer> fill) {
        reserve(bytes);
        fill.accept(staging.bytes());
        stream.upload(staging, to, bytes);
        uploaded.record(stream);
    }

    /// Copies from the device what is there when the stream has done what it was given.
    ///
    /// @param from where
    /// @param bytes how many
    /// @param take reads them from the buffer
    synchronized void download(long from, int bytes, Consumer<ByteBuffer> take) {
        reserve(bytes);
        stream.download(from, staging, bytes);
        stream.synchronize();
        take.accept(staging.bytes());
    }

    /// Waits until no copy uses the staging memory, and makes it large enough.
    private void reserve(int bytes) {
        settle();
        if (staging.size() < bytes) {
            Pinned larger = new Pinned(device, bytes);
            staging.close();
            staging = larger;
        }
    }

    /// Waits until everything uploaded has arrived.
    synchronized void settle() {
        device.enter();
        uploaded.synchronize();
    }

    @Override
    public void close() {
        handles.add(staging);
        handles.close();
    }
}
