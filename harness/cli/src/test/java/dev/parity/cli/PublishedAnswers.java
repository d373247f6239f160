package dev.parity.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What units give for the vectors of [Calibration], typed in from where it was published or worked out, by hand.
///
/// V100, A100 and H100: T1, T2 and T11 of Fasi, Higham, Mikaitis and Pranesh (PeerJ CS 7:e330) and of Li et al. (arXiv
/// 2403.00232), the others of section 3.2 of the numerics survey beside the checkout (`../shared/design/numerics.md`),
/// as are the columns cube and seq, a chain of FP32 fused multiply-adds. `-` is an answer that the survey does not
/// give.
final class PublishedAnswers {
    private static final String TABLE = """
            id   v100     a100     h100     cube-rne cube-tree seq
            T1   34000000 33800000 33800000 33800000 33800000 33800000
            T2   3f900000 3f900000 3f8fffff 3f900000 3f900000 3f900000
            T3   3f900000 3f900000 3f900000 3f900000 3f900000 3f900000
            T4   41400000 41000000 00000000 41600000 41600000 41600000
            T4'  41000000 41000000 00000000 41600000 41000000 41000000
            T5a  3a800000 3a800000 3a800000 3a800000 3a800000 00000000
            T5b  00000000 3a000000 3a000000 3a000000 3a000000 00000000
            T5c  00000000 00000000 39800000 39800000 39800000 00000000
            T5d  00000000 00000000 00000000 39000000 39000000 00000000
            T6   3f800001 3f800001 3f800001 3f800002 3f800002 3f800000
            T6b  3f800000 3f800002 3f800002 3f800002 3f800002 3f800000
            T6c  3f800000 3f800000 3f800001 3f800001 3f800001 3f800000
            T6d  3f7fffff 3f7fffff 3f800000 3f800000 3f800000 3f7fffff
            T7   40000000 40000000 40000000 40000001 40000001 40000001
            T7n  c0000000 c0000000 c0000000 -        -        -
            T8   3f800000 3f800000 3f800001 3f800001 3f800001 3f800000
            T9   3f800000 3f800001 3f800001 3f800001 3f800001 3f800000
            T9b  3f800001 3f800001 3f800001 3f800002 3f800002 3f800002
            T10  00000000 33800000 33800000 33800000 00000000 33800000
            T11  40a00000 40a00000 40a00000 40a00001 40a00001 40a00001
            T11b 40800001 40800001 40800001 40800001 40800001 40800001
            T12  33800000 33800000 33800000 33800000 33800000 33800000
            T12b 00000001 00000001 00000001 00000001 00000001 00000001
            T12c 27800000 27800000 27800000 27800000 27800000 27800000
            N1   7fffffff 7fffffff 7fffffff -        -        -
            H1   3c00     3c00     3c00     -        -        -
            H2   3c02     3c02     3c02     -        -        -
            H3   3c00     3c01     3c01     -        -        -
            H4   3c00     3c00     3c01     -        -        -
            H5   7c00     7c00     7c00     -        -        -
            H6   7bff     7bff     7bff     -        -        -
            B1   -        7f800000 7f800000 7f800000 7f800000 -
            B2   -        7f7fffff 7f7fffff 7f800000 7f800000 -
            B3   -        7f800000 7f800000 7f800000 7f800000 -
            B4   -        00000000 00000000 -        -        -
            F3   -        00000002 -        -        -        -
            O1   -        3f800000 3f800000 -        -        -
            O2   -        3f802000 3f802000 -        -        -
            O3   -        -        -        3f800000 3f800000 -
            O4   -        -        -        3f802000 3f802000 -
            """;

    private PublishedAnswers() {}

    /// Returns a column, of the answers there are.
    static Map<String, String> of(String column) {
        List<List<String>> rows = TABLE.lines()
                .map(line -> Stream.of(line.strip().split(" +", -1)).toList())
                .toList();
        int place = rows.getFirst().indexOf(column);
        Map<String, String> answers = new LinkedHashMap<>();
        rows.stream()
                .skip(1)
                .filter(row -> !row.get(place).equals("-"))
                .forEach(row -> answers.put(row.getFirst(), row.get(place)));
        return answers;
    }
}
