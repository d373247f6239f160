package dev.parity.ascend.internal;

import dev.parity.spi.ByteTensor;
import dev.parity.spi.TensorType;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A tensor in the memory of a rank's device.
final class AscendTensor extends ByteTensor {
    private final Rank rank;
    private final long address;
    private boolean closed;

    /// Takes memory and fills it with zeros.
    AscendTensor(Rank rank, TensorType type) {
        super(type);
        this.rank = rank;
        address = rank.worker().call(() -> rank.device().allocate(bytes()));
        try {
            rank.worker().run(() -> rank.stream().clear(address, bytes()));
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    long address() {
        return address;
    }

    @Override
    protected void upload(long offset, int bytes, Consumer<ByteBuffer> fill) {
        rank.worker().run(() -> rank.upload(address + offset, bytes, fill));
    }

    @Override
    protected void download(Consumer<ByteBuffer> take) {
        rank.worker().run(() -> rank.download(address, bytes(), take));
    }

    /// Waits for what the stream still does, since memory is freed at once.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rank.worker().run(() -> {
                rank.stream().settle();
                rank.device().free(address);
            });
        }
    }
}
