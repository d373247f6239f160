package dev.parity.cli;

import dev.parity.spi.Canonical;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.OperandFormat;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Which rules give a board's answers.
///
/// @param answers of the board
/// @param rules of [RuleGrid] that contradict the fewest answers, in the grid's order; at least one
/// @param contradicted how many answers each of them contradicts; 0 if they fit
record RuleSearch(List<Answer> answers, List<MatrixRule> rules, int contradicted) {
    private static final List<MatrixRule> GRID = RuleGrid.rules();
    private static final Map<OperandFormat, DeviceModel> MODELS = models();
    private static final Set<String> OF_TRUNCATED = Set.of("fraction", "alignFloor");
    private static final Map<String, Set<String>> ALL = all();

    /// A rule and how many answers it contradicts, or as many as showed that others contradict fewer.
    private record Tried(MatrixRule rule, int contradicted) {}

    /// Tries every rule of the grid.
    ///
    /// @param answers at least one
    /// @return the best
    static RuleSearch of(List<Answer> answers) {
        AtomicInteger fewest = new AtomicInteger(answers.size());
        List<Tried> tried = GRID.parallelStream()
                .map(rule -> {
                    int contradicted = contradicted(answers, rule, fewest);
                    fewest.accumulateAndGet(contradicted, Math::min);
                    return new Tried(rule, contradicted);
                })
                .toList();
        List<MatrixRule> best = tried.stream()
                .filter(each -> each.contradicted == fewest.get())
                .map(Tried::rule)
                .toList();
        return new RuleSearch(List.copyOf(answers), best, fewest.get());
    }

    private static int contradicted(List<Answer> answers, MatrixRule rule, AtomicInteger fewest) {
        int contradicted = 0;
        for (Answer answer : answers) {
            if (by(rule, answer) != answer.result() && ++contradicted > fewest.get()) {
                break;
            }
        }
        return contradicted;
    }

    private static int by(MatrixRule rule, Answer answer) {
        OperandFormat format = answer.dot().format();
        return answer.by(Objects.requireNonNull(MODELS.get(format)).unit(format, rule));
    }

    /// A rule says the same of every device that multiplies a format.
    private static Map<OperandFormat, DeviceModel> models() {
        Map<OperandFormat, DeviceModel> models = new EnumMap<>(OperandFormat.class);
        DeviceModel.all().forEach(model -> model.formats().forEach(format -> models.put(format, model)));
        return models;
    }

    /// Tells how many rules were tried.
    ///
    /// @return at least 1
    static int tried() {
        return GRID.size();
    }

    /// Lists the named rules that contradict as few answers.
    ///
    /// @return those that multiply every format that was answered
    List<NamedRule> named() {
        return NamedRule.all().stream()
                .filter(named -> answers.stream()
                        .allMatch(answer -> named.multiplies(answer.dot().format())))
                .filter(named -> contradictions(named.rule()).size() == contradicted)
                .toList();
    }

    /// Chooses one of the best rules.
    ///
    /// @return a named one, if there is one; else the grid's first
    MatrixRule chosen() {
        return named().stream().map(NamedRule::rule).findFirst().orElse(rules.getFirst());
    }

    /// Lists the answers that a rule contradicts.
    ///
    /// @param rule any
    /// @return what was answered, and what the rule says
    Map<Answer, Integer> contradictions(MatrixRule rule) {
        Map<Answer, Integer> contradictions = new LinkedHashMap<>();
        for (Answer answer : answers) {
            int said = by(rule, answer);
            if (said != answer.result()) {
                contradictions.put(answer, said);
            }
        }
        return contradictions;
    }

    /// Gathers what the best rules say of each parameter.
    ///
    /// @return values by parameter, in the grid's order; without those that have no meaning in any of the rules
    SequencedMap<String, Set<String>> found() {
        return values(rules);
    }

    /// Tells whether the answers say nothing of a parameter.
    ///
    /// @param parameter of [#found]
    /// @param values of it
    /// @return whether they are all that were tried
    static boolean isOpen(String parameter, Set<String> values) {
        return ALL.getOrDefault(parameter, Set.of()).equals(values);
    }

    /// Returns the parameters of a rule that the grid varies and that have a meaning in it.
    ///
    /// @param rule any
    /// @return values by parameter
    static SequencedMap<String, String> settings(MatrixRule rule) {
        SequencedMap<String, String> settings = new LinkedHashMap<>(Canonical.fields(rule));
        settings.keySet()
                .removeIf(parameter -> ALL.getOrDefault(parameter, Set.of()).size() < 2
                        || (rule.blockSum() != BlockSum.TRUNCATED && OF_TRUNCATED.contains(parameter)));
        return settings;
    }

    private static Map<String, Set<String>> all() {
        Map<String, Set<String>> all = new HashMap<>();
        for (MatrixRule rule : RuleGrid.edges()) {
            Canonical.fields(rule)
                    .forEach((parameter, value) ->
                            all.computeIfAbsent(parameter, _ -> new HashSet<>()).add(value));
        }
        return all;
    }

    private static SequencedMap<String, Set<String>> values(List<MatrixRule> rules) {
        SequencedMap<String, Set<String>> values = new LinkedHashMap<>();
        for (MatrixRule rule : rules) {
            settings(rule)
                    .forEach((parameter, value) -> values.computeIfAbsent(parameter, _ -> new LinkedHashSet<>())
                            .add(value));
        }
        return values;
    }
}
