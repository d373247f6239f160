package dev.parity.trace.internal.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Says of which groups of words a line holds one, and looks at few of its bytes for it.
///
/// It is the search of Wu and Manber: a table says, of the last two bytes of a place as long as the shortest
/// word, how far on the next place can be that a word may begin at.
final class WordFilter {
    private static final int ENTRIES = 1 << 13;

    private final byte[] shifts = new byte[ENTRIES];
    private final Word[][] words = new Word[ENTRIES][0];
    private final int shortest;
    private final long all;

    /// A word and its groups, each a bit.
    @SuppressWarnings("ArrayRecordComponent") // stays in this class
    private record Word(byte[] bytes, long groups) {}

    /// @param groups at most 63, of words of at least two bytes; the longer the shortest is, the faster is the search
    WordFilter(List<? extends Collection<String>> groups) {
        List<Word> every = new ArrayList<>();
        for (int group = 0; group < groups.size(); group++) {
            for (String word : groups.get(group)) {
                every.add(new Word(word.getBytes(StandardCharsets.UTF_8), 1L << group));
            }
        }
        all = (1L << groups.size()) - 1;
        shortest = every.stream().mapToInt(word -> word.bytes.length).min().orElseThrow();
        if (shortest < 2) {
            throw new IllegalArgumentException("a word must have at least two bytes, found " + groups);
        }
        Arrays.fill(shifts, (byte) Math.min(Byte.MAX_VALUE, shortest - 1));
        every.forEach(this::add);
    }

    private void add(Word word) {
        for (int last = 1; last < shortest; last++) {
            int entry = entry(word.bytes[last - 1], word.bytes[last]);
            shifts[entry] = (byte) Math.min(shifts[entry], shortest - 1 - last);
        }
        int entry = entry(word.bytes[shortest - 2], word.bytes[shortest - 1]);
        words[entry] = Arrays.copyOf(words[entry], words[entry].length + 1);
        words[entry][words[entry].length - 1] = word;
    }

    /// Looks through a line.
    ///
    /// @param from its first byte
    /// @param to after its last byte
    /// @return a bit for each group of which the line holds a word
    long groups(byte[] bytes, int from, int to) {
        long found = 0;
        for (int last = from + shortest - 1; last < to && found != all; ) {
            int entry = entry(bytes[last - 1], bytes[last]);
            int shift = shifts[entry];
            if (shift == 0) {
                found |= groupsAt(bytes, last - shortest + 1, to, words[entry]);
                shift = 1;
            }
            last += shift;
        }
        return found;
    }

    private static long groupsAt(byte[] bytes, int at, int to, Word[] candidates) {
        long found = 0;
        for (Word word : candidates) {
            int end = at + word.bytes.length;
            if (bytes[at] == word.bytes[0]
                    && end <= to
                    && Arrays.equals(bytes, at, end, word.bytes, 0, word.bytes.length)) {
                found |= word.groups;
            }
        }
        return found;
    }

    private static int entry(byte first, byte second) {
        return ((first << 6) ^ second) & (ENTRIES - 1);
    }
}
