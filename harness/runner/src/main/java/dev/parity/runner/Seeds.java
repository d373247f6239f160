package dev.parity.runner;

import org.jspecify.annotations.Nullable;

/// Seeds of runs, one after the other.
///
/// @param first seed
/// @param last seed, at least the first
public record Seeds(long first, long last) {
    private static final long MOST = 100_000;

    /// Refuses what is no range, or too many.
    public Seeds {
        if (first > last || last - first < 0 || last - first >= MOST || last == Long.MAX_VALUE) {
            throw new IllegalArgumentException("seeds must count up from the first to the last, %d at most, were %d..%d"
                    .formatted(MOST, first, last));
        }
    }

    /// Reads seeds.
    ///
    /// @param text `N` or `FROM..TO`
    /// @return the seeds
    /// @throws IllegalArgumentException if it is neither
    public static Seeds of(String text) {
        String[] ends = text.split("\\.\\.", -1);
        if (ends.length > 2) {
            throw wrong(text, null);
        }
        try {
            return new Seeds(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
        } catch (IllegalArgumentException problem) {
            throw wrong(text, problem);
        }
    }

    private static IllegalArgumentException wrong(String text, @Nullable Exception problem) {
        return new IllegalArgumentException("seeds: expected N or FROM..TO, found '%s'".formatted(text), problem);
    }

    /// Counts the seeds.
    ///
    /// @return 1 or more
    public long count() {
        return last - first + 1;
    }
}
