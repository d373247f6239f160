package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.Stream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// What the commands of a rank share.
public interface Resources {
    /// Returns what is given the commands.
    ///
    /// @return of the rank
    Stream stream();

    /// Makes the workspace that operators use one after the other as large as one of them needs.
    ///
    /// @param bytes at least 0
    void reserve(long bytes);

    /// Returns where the workspace is.
    ///
    /// @return its address, until more is reserved
    long workspace();

    /// Copies to the device.
    ///
    /// @param to where
    /// @param bytes how many
    /// @param fill puts them into the buffer
    void upload(long to, int bytes, Consumer<ByteBuffer> fill);

    /// Returns where the stream's overflow status is written to.
    ///
    /// @return the address of 64 bytes
    long status();

    /// Lets the stream write its overflow status there.
    void readStatus();
}
