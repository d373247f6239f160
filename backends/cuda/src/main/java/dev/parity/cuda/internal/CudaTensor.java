package dev.parity.cuda.internal;

import dev.parity.spi.ByteTensor;
import dev.parity.spi.TensorType;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A tensor in the memory of a rank's device.
final class CudaTensor extends ByteTensor {
    private final Rank rank;
    private final long address;
    private boolean closed;

    /// Takes memory and fills it with zeros.
    CudaTensor(Rank rank, TensorType type) {
        super(type);
        this.rank = rank;
        address = rank.device().memory().allocate(bytes());
        try {
            rank.device().enter();
            rank.stream().clear(address, bytes());
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
        rank.upload(address + offset, bytes, fill);
    }

    @Override
    protected void download(Consumer<ByteBuffer> take) {
        rank.download(address, bytes(), take);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rank.device().memory().free(address);
        }
    }
}
