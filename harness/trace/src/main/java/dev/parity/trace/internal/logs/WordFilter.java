package dev.parity.trace.internal.logs;

import dev.parity.trace.LogSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Takes lines that hold one of some words, and looks at few of their bytes for it.
///
/// It is the search of Wu and Manber: a table says, of the last two bytes of a place as long as the shortest
/// word, how far on the next place can be that a word may begin at.
final class WordFilter implements LogSource.Filter {
    private static final int ENTRIES = 1 << 12;

    private final byte[] shifts = new byte[ENTRIES];
    private final List<byte[]>[] words;
    private final int shortest;

    /// @param words each of at least two bytes; the longer the shortest is, the faster is the search
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists
    WordFilter(Collection<String> words) {
        List<byte[]> bytes = words.stream()
                .distinct()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
        shortest = bytes.stream().mapToInt(word -> word.length).min().orElseThrow();
        if (shortest < 2) {
            throw new IllegalArgumentException("a word must have at least two bytes, found " + words);
        }
        this.words = new List[ENTRIES];
        Arrays.fill(shifts, (byte) Math.min(Byte.MAX_VALUE, shortest - 1));
        for (byte[] word : bytes) {
            for (int last = 1; last < shortest; last++) {
                int entry = entry(word[last - 1], word[last]);
                shifts[entry] = (byte) Math.min(shifts[entry], shortest - 1 - last);
            }
            int entry = entry(word[shortest - 2], word[shortest - 1]);
            if (this.words[entry] == null) {
                this.words[entry] = new ArrayList<>();
            }
            this.words[entry].add(word);
        }
    }

    @Override
    public boolean takes(byte[] bytes, int from, int to) {
        for (int last = from + shortest - 1; last < to; ) {
            int entry = entry(bytes[last - 1], bytes[last]);
            int shift = shifts[entry];
            if (shift == 0) {
                if (isWord(bytes, last - shortest + 1, to, words[entry])) {
                    return true;
                }
                shift = 1;
            }
            last += shift;
        }
        return false;
    }

    private static boolean isWord(byte[] bytes, int at, int to, List<byte[]> candidates) {
        for (byte[] word : candidates) {
            int end = at + word.length;
            if (end <= to && Arrays.equals(bytes, at, end, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }

    private static int entry(byte first, byte second) {
        return ((first << 5) ^ second) & (ENTRIES - 1);
    }
}
