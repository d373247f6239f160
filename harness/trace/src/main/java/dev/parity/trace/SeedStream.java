package dev.parity.trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Every random number of a run, from one seed: Philox4x32-10, addressed by name and index, so that no
/// stream depends on how much another one drew, and any step can be drawn without the ones before it.
///
/// The seed is the key; the counter's words are block, index, and 64 bits of the name's SHA-256. (Salmon
/// et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011.)
public final class SeedStream {
    private final long seed;

    /// Makes the streams of a seed.
    ///
    /// @param seed any number
    public SeedStream(long seed) {
        this.seed = seed;
    }

    /// Starts drawing from a stream.
    ///
    /// @param name of the stream, such as `init/conv1.weight`
    /// @param index of the draw within the stream, such as the step; only its low 32 bits count
    /// @return numbers from the stream's beginning
    public Draw draw(String name, long index) {
        return stream(name).draw(index);
    }

    /// Finds a stream, for many draws.
    ///
    /// @param name of the stream
    /// @return the stream
    public Stream stream(String name) {
        return new Stream(seed, hash(name));
    }

    /// One stream of a seed.
    public static final class Stream {
        private final long seed;
        private final long name;

        private Stream(long seed, long name) {
            this.seed = seed;
            this.name = name;
        }

        /// Starts drawing.
        ///
        /// @param index of the draw; only its low 32 bits count
        /// @return numbers from the stream's beginning
        public Draw draw(long index) {
            return new Draw(seed, (int) index, name);
        }
    }

    private static long hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /// Numbers of one stream, in order.
    public static final class Draw {
        private final int[] key;
        private final int[] counter;
        private final int[] words = new int[4];
        private int used = 4;

        private Draw(long seed, int index, long name) {
            key = new int[] {(int) seed, (int) (seed >>> 32)};
            counter = new int[] {0, index, (int) name, (int) (name >>> 32)};
        }

        /// Returns 32 random bits.
        ///
        /// @return uniform over all ints
        public int bits() {
            if (used == 4) {
                philox(counter, key, words);
                counter[0]++;
                used = 0;
            }
            return words[used++];
        }

        /// Returns a uniform number.
        ///
        /// @return a multiple of 2^-24 in [0, 1), exact in FP32
        public double uniform() {
            return (bits() >>> 8) * 0x1p-24;
        }

        /// Returns a standard Gumbel number, rounded to FP32.
        ///
        /// @return -log(-log(u)) with u uniform in (0, 1)
        public double gumbel() {
            double u = ((bits() >>> 8) + 0.5) * 0x1p-24;
            return (float) -StrictMath.log(-StrictMath.log(u));
        }

        /// Returns a uniform integer without bias.
        ///
        /// @param bound exclusive, at least 1
        /// @return 0 to bound-1 (Lemire, arXiv 1805.10941)
        public int below(int bound) {
            long product = (bits() & 0xffff_ffffL) * bound;
            long threshold = (1L << 32) % bound;
            while ((product & 0xffff_ffffL) < threshold) {
                product = (bits() & 0xffff_ffffL) * bound;
            }
            return (int) (product >>> 32);
        }
    }

    /// Computes one block of Philox4x32-10.
    ///
    /// @param counter four words
    /// @param key two words
    /// @param words receives four words
    static void philox(int[] counter, int[] key, int[] words) {
        int c0 = counter[0];
        int c1 = counter[1];
        int c2 = counter[2];
        int c3 = counter[3];
        int k0 = key[0];
        int k1 = key[1];
        for (int round = 0; round < 10; round++) {
            long p0 = 0xD2511F53L * (c0 & 0xffff_ffffL);
            long p1 = 0xCD9E8D57L * (c2 & 0xffff_ffffL);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }
}
