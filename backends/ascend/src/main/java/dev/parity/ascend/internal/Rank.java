package dev.parity.ascend.internal;

import dev.parity.ascend.internal.cann.Cann;
import dev.parity.ascend.internal.cann.Determinism;
import dev.parity.ascend.internal.cann.Device;
import dev.parity.ascend.internal.cann.Event;
import dev.parity.ascend.internal.cann.Pinned;
import dev.parity.ascend.internal.cann.Stream;
import dev.parity.ascend.internal.ops.Resources;
import dev.parity.ascend.internal.ops.Way;
import dev.parity.spi.Handles;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A rank: a thread with a stream of a device, memory that its operators share, and pinned memory through which its
/// tensors travel. All but [#worker], [#atWork] and [#close] is done on its thread.
final class Rank implements AutoCloseable, Resources {
    private static final long STAGING = 1 << 16;
    private static final long STATUS = 64;

    private final int index;
    private final Device device;
    private final Way way;
    private final Worker worker;
    private final Handles handles = new Handles();
    private final Stream stream;
    private final long status;
    private Pinned staging;
    private long workspace;
    private long reserved;
    /// What it does now.
    private volatile @Nullable AscendBound running;

    /// @param inForce what is done about quirks
    /// @param waiting throws if the work at hand was given up
    Rank(int index, Device device, Way way, Set<Workaround> inForce, Runnable waiting) {
        this.index = index;
        this.device = device;
        this.way = way;
        worker = new Worker("ascend rank " + index);
        try {
            Opened opened = worker.call(() -> open(inForce, waiting));
            stream = opened.stream();
            status = opened.status();
            staging = opened.staging();
        } catch (RuntimeException | Error failure) {
            worker.run(handles::close);
            worker.close();
            throw failure;
        }
    }

    /// What was opened on the thread.
    private record Opened(Stream stream, long status, Pinned staging) {}

    /// The overflow mode counts for streams that are made later.
    private Opened open(Set<Workaround> inForce, Runnable waiting) {
        device.enter();
        handles.add(device::leave);
        if (inForce.contains(Workaround.OVERFLOW_MODE)) {
            device.check("aclrtSetDeviceSatMode", way.saturates() ? 0 : 1);
        }
        if (inForce.contains(Workaround.DETERMINISM)) {
            Determinism.enter(device, way.mode().deterministic());
        }
        Stream made = handles.add(new Stream(device, waiting));
        long word = device.allocate(STATUS);
        handles.add(() -> device.free(word));
        if (way.saturates()) {
            device.check("aclrtSetStreamOverflowSwitch", made.handle(), 1);
        }
        return new Opened(made, word, new Pinned(device, STAGING));
    }

    int index() {
        return index;
    }

    Device device() {
        return device;
    }

    Worker worker() {
        return worker;
    }

    @Override
    public Stream stream() {
        return stream;
    }

    @Override
    public long status() {
        return status;
    }

    @Override
    public void readStatus() {
        device.check("aclrtGetOverflowStatus", Cann.pointer(status), STATUS, stream.handle());
    }

    /// Forgets what overflowed before.
    void clearStatus() {
        if (way.saturates()) {
            device.check("aclrtResetOverflowStatus", stream.handle());
        }
    }

    @Override
    public void reserve(long bytes) {
        if (bytes > reserved) {
            stream.synchronize();
            release();
            workspace = device.allocate(bytes);
            reserved = bytes;
        }
    }

    private void release() {
        if (reserved > 0) {
            reserved = 0;
            device.free(workspace);
        }
    }

    @Override
    public long workspace() {
        return workspace;
    }

    /// Says what it does from now on.
    void runs(@Nullable AscendBound bound) {
        running = bound;
    }

    /// Says which Op it has given to the device last.
    ///
    /// @return for the end of a sentence, empty if it does nothing
    String atWork() {
        AscendBound bound = running;
        return bound == null ? "" : bound.atWork();
    }

    @Override
    public void upload(long to, int bytes, Consumer<ByteBuffer> fill) {
        reserveStaging(bytes);
        fill.accept(staging.bytes());
        stream.upload(staging, to, bytes);
        stream.synchronize();
    }

    /// Copies from the device what is there when the stream has done what it was given.
    void download(long from, int bytes, Consumer<ByteBuffer> take) {
        reserveStaging(bytes);
        stream.download(from, staging, bytes);
        stream.synchronize();
        take.accept(staging.bytes());
    }

    private void reserveStaging(int bytes) {
        if (staging.size() < bytes) {
            Pinned larger = new Pinned(device, bytes);
            staging.close();
            staging = larger;
        }
    }

    /// Makes an event on the thread of this rank.
    Event event() {
        return new Event(device);
    }

    @Override
    public void close() {
        worker.run(() -> {
            handles.add(staging);
            handles.add(this::release);
            handles.close();
        });
        worker.close();
    }
}
