package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemFree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Memory of one device, taken from the driver in large chunks and handed out in pieces.
public final class DeviceMemory implements AutoCloseable {
    /// If this system property is `true`, each piece is an allocation of its own, so that memory checkers
    /// (compute-sanitizer) see where it ends.
    public static final String SEPARATE = "parity.cuda.separate";

    /// What the driver aligns to, and kernels and copies like.
    private static final long ALIGNMENT = 256;

    private static final long CHUNK = 32L << 20;

    private final Device device;
    private final boolean separate = Boolean.getBoolean(SEPARATE);
    private final List<Chunk> chunks = new ArrayList<>();

    DeviceMemory(Device device) {
        this.device = device;
    }

    /// A chunk.
    ///
    /// @param address of its first byte
    /// @param free length of each free range, by its address
    /// @param used length of each piece, by its address
    private record Chunk(long address, TreeMap<Long, Long> free, Map<Long, Long> used) {
        Chunk(long address, long length) {
            this(address, new TreeMap<>(Map.of(address, length)), new HashMap<>());
        }

        /// Takes the first range that is long enough.
        ///
        /// @return its address, if there is one
        OptionalLong take(long length) {
            OptionalLong found = free.entrySet().stream()
                    .filter(range -> range.getValue() >= length)
                    .mapToLong(Map.Entry::getKey)
                    .findFirst();
            found.ifPresent(at -> {
                long rest = Objects.requireNonNull(free.remove(at)) - length;
                if (rest > 0) {
                    free.put(at + length, rest);
                }
                used.put(at, length);
            });
            return found;
        }

        /// Gives a piece back and joins it with its free neighbours.
        boolean give(long at) {
            Long length = used.remove(at);
            if (length == null) {
                return false;
            }
            long from = at;
            long to = at + length;
            Map.Entry<Long, Long> before = free.lowerEntry(from);
            if (before != null && before.getKey() + before.getValue() == from) {
                from = before.getKey();
            }
            Long after = free.remove(to);
            free.put(from, to + (after == null ? 0 : after) - from);
            return true;
        }
    }

    /// Takes memory; what it holds is not defined.
    ///
    /// @param bytes at least 1
    /// @return its address on the device, aligned to 256 bytes
    /// @throws dev.parity.spi.BackendException if there is not enough
    public synchronized long allocate(long bytes) {
        long length = separate ? bytes : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        for (Chunk chunk : chunks) {
            OptionalLong at = chunk.take(length);
            if (at.isPresent()) {
                return at.getAsLong();
            }
        }
        device.enter();
        long size = separate ? length : Math.max(length, CHUNK);
        long[] address = new long[1];
        device.check(cuMemAlloc(address, size), "cuMemAlloc of %d bytes on %s".formatted(size, device));
        Chunk chunk = new Chunk(address[0], size);
        chunks.add(chunk);
        return chunk.take(length).orElseThrow();
    }

    /// Gives memory back.
    ///
    /// @param address as it was allocated
    /// @throws IllegalStateException if it was not, or was given back before
    public synchronized void free(long address) {
        Chunk owner = chunks.stream()
                .filter(chunk -> chunk.give(address))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("%s has no memory at %x".formatted(device, address)));
        if (separate) {
            chunks.remove(owner);
            release(owner);
        }
    }

    private void release(Chunk chunk) {
        device.enter();
        device.freed(cuMemFree(chunk.address()), "cuMemFree");
    }

    @Override
    public synchronized void close() {
        chunks.forEach(this::release);
        chunks.clear();
    }
}
