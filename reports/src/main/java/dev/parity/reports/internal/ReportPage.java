package dev.parity.reports.internal;

import dev.parity.statistics.Verdict;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a report shows, as words and drawings.
///
/// @param title heading
/// @param command what was run to get it
/// @param verdict over all gates
/// @param headline the verdict in words
/// @param judged gates that were judged
/// @param largest the gate nearest to its margin or farthest beyond; null where none has one
/// @param pairs of runs
/// @param points losses that both sides have, over all pairs
/// @param devices what computed each side
/// @param planted faults
/// @param overridden keys of the scenario
/// @param gaps what is missing in the runs
/// @param suspects the first one first
/// @param open gates that do not pass, the worst first
/// @param passed the others
/// @param loss charts over the steps
/// @param classes accuracy of each class
/// @param confusions how the candidate's predictions differ; null if a side has none
/// @param experts load of each layer's experts
/// @param agreements of the routing, step by step
/// @param gradients norms at the first step and over all
/// @param lockstep what the Ops did; null if none is given
/// @param powers what the runs could show
/// @param runs that were compared
/// @param apart keys of the provenance that differ, or are known on one side only
/// @param alike the others
/// @param waived keys that a person let differ
/// @param notes remarks of the readers
public record ReportPage(
        String title,
        String command,
        Tag verdict,
        String headline,
        long judged,
        @Nullable Largest largest,
        int pairs,
        long points,
        List<Side> devices,
        List<String> planted,
        List<String> overridden,
        List<String> gaps,
        List<Suspected> suspects,
        List<Gate> open,
        List<Gate> passed,
        @Nullable LossCharts loss,
        List<Part> classes,
        @Nullable Confusions confusions,
        List<Layer> experts,
        List<Agreement> agreements,
        List<Gradient> gradients,
        @Nullable Lockstep lockstep,
        List<Power> powers,
        List<Run> runs,
        List<Key> apart,
        List<Key> alike,
        List<Key> waived,
        List<String> notes) {
    /// Returns the number of gates.
    ///
    /// @return judged or not
    public int gates() {
        return open.size() + passed.size();
    }

    /// A verdict.
    ///
    /// @param text in words
    /// @param css its class
    public record Tag(String text, String css) {
        /// Names a verdict.
        ///
        /// @param verdict any
        /// @return its words and its class
        public static Tag of(Verdict verdict) {
            return new Tag(verdict.label(), verdict.name().toLowerCase(Locale.ROOT));
        }
    }

    /// The gap that is largest against its margin.
    ///
    /// @param gate id
    /// @param value with its unit
    /// @param margin with its unit
    /// @param share of the margin, percent
    public record Largest(String gate, String value, String margin, String share) {}

    /// What computed one side.
    ///
    /// @param reference or the candidate
    /// @param device in words
    public record Side(boolean reference, String device) {}

    /// A suspect.
    ///
    /// @param name of the part of the training
    /// @param weight from 0 to 100
    /// @param evidence sentences
    /// @param next command
    /// @param lockstep command, or empty
    public record Suspected(String name, String weight, List<String> evidence, String next, String lockstep) {}

    /// A gate's finding.
    ///
    /// @param id of the gate
    /// @param verdict its own
    /// @param sentence in plain words
    /// @param numbers of a statistic, or null of a rule
    /// @param origins where the decisive numbers stand
    public record Gate(
            String id,
            Tag verdict,
            String sentence,
            @Nullable Numbers numbers,
            List<String> origins) {}

    /// A statistic beside its margin; what it has not is empty.
    ///
    /// @param statistic what was estimated
    /// @param estimate with its unit
    /// @param interval of 90 %
    /// @param margin with its unit
    /// @param n units
    /// @param effective the same after autocorrelation
    /// @param p of no difference
    /// @param detectable difference
    /// @param whisker the drawing
    public record Numbers(
            String statistic,
            String estimate,
            String interval,
            String margin,
            String n,
            String effective,
            String p,
            String detectable,
            Whisker whisker) {}

    /// A class of images.
    ///
    /// @param name of the class
    /// @param verdict its own
    /// @param reference percent
    /// @param candidate percent
    /// @param difference percentage points
    /// @param interval of 90 %
    /// @param p after Holm
    /// @param whisker the drawing
    public record Part(
            String name,
            Tag verdict,
            String reference,
            String candidate,
            String difference,
            String interval,
            String p,
            Whisker whisker) {}

    /// Predictions by class, candidate less reference.
    ///
    /// @param names of the classes that are shown
    /// @param rows a class each
    /// @param cut whether there are more classes
    public record Confusions(List<String> names, List<ConfusionRow> rows, boolean cut) {}

    /// Items of one class.
    ///
    /// @param name of the class
    /// @param items of the reference, over all pairs and ranks
    /// @param cells a predicted class each
    public record ConfusionRow(String name, String items, List<ConfusionCell> cells) {}

    /// Items of one class that are taken for one class.
    ///
    /// @param difference percentage points of the class's items
    /// @param css `more` or `less`
    /// @param heat from 0 to 100, the largest difference
    /// @param label in words
    public record ConfusionCell(String difference, String css, int heat, String label) {}

    /// How far a layer's experts get the same tokens on both sides, drawn into 600 × 100.
    ///
    /// @param layer its name
    /// @param mean path of the mean over the pairs
    /// @param lowest path of the lowest pair
    /// @param floor share at the lower edge; all tokens at the upper one
    /// @param from first step
    /// @param to last step
    /// @param overall mean over all steps
    /// @param last mean over the last quarter
    /// @param least lowest value, and its step
    public record Agreement(
            String layer,
            String mean,
            String lowest,
            String floor,
            String from,
            String to,
            String overall,
            String last,
            String least) {}

    /// What a lockstep found.
    ///
    /// @param verdict over all Ops
    /// @param headline a sentence
    /// @param profile how each Op was judged
    /// @param first Op beyond its profile, or empty
    /// @param worst Op
    /// @param ops that do not pass
    /// @param more that are not shown
    public record Lockstep(
            Tag verdict, String headline, String profile, String first, String worst, List<Op> ops, int more) {}

    /// An output of an Op.
    ///
    /// @param name step, place and value
    /// @param verdict its own
    /// @param ratio of the candidate's error to the reference's, or empty
    /// @param reason of the verdict
    public record Op(String name, Tag verdict, String ratio, String reason) {}

    /// What a gate could have found.
    ///
    /// @param gate id
    /// @param n units
    /// @param detectable difference that such data show 95 % of the time
    /// @param margin with its unit
    /// @param share detectable difference as a share of the margin, percent
    /// @param enough whether it lies within the margin
    public record Power(String gate, String n, String detectable, String margin, String share, boolean enough) {}

    /// The experts of one MoE layer.
    ///
    /// @param name of the layer
    /// @param experts each one's share of the tokens
    /// @param reference share of dropped tokens
    /// @param candidate the same
    public record Layer(String name, List<Expert> experts, String reference, String candidate) {}

    /// An expert's load over the run.
    ///
    /// @param name of the expert
    /// @param reference percent of the tokens
    /// @param candidate percent of the tokens
    /// @param label both in words
    public record Expert(String name, double reference, double candidate, String label) {}

    /// A gradient's norm on both sides.
    ///
    /// @param parameter its name
    /// @param first relative difference at the first common step
    /// @param quarters relative difference of the mean norms in each quarter of the common steps
    public record Gradient(String parameter, String first, List<String> quarters) {}

    /// A run.
    ///
    /// @param reference or the candidate
    /// @param name of the run
    /// @param losses how many
    /// @param skips skipped steps
    /// @param events of the loss scale
    /// @param accuracy of each rank, percent
    /// @param digest of the trace, or empty
    public record Run(
            boolean reference, String name, int losses, long skips, int events, String accuracy, String digest) {}

    /// A key of the provenance.
    ///
    /// @param name of the key
    /// @param reference value
    /// @param candidate value
    /// @param status how it stands
    public record Key(String name, String reference, String candidate, String status) {}
}
