package dev.parity.reports.internal;

import dev.parity.statistics.Alignment;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.renderer.xy.XYStepRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/// The loss of both sides, averaged over the seeds; below, aligned, the relative difference with its margin, and the
/// loss scale. Bands reach from the smallest to the largest value of all seeds, so that no single one is lost where
/// steps are drawn together.
public final class LossChart {
    /// More epochs than this are not marked one by one: their labels would run into each other.
    private static final int MARKS = 12;
    /// Up to so many places each one is marked, so that sparse ones are seen as such.
    private static final int SPARSE = 60;

    private static final Font FONT = new Font("SansSerif", Font.PLAIN, 12);

    private final List<Alignment> pairs;
    private final StepAxis axis;
    private final List<Place> places;
    private final OptionalDouble margin;

    private LossChart(List<Alignment> pairs, StepAxis axis, List<Place> places, OptionalDouble margin) {
        this.pairs = pairs;
        this.axis = axis;
        this.places = places;
        this.margin = margin;
    }

    /// Draws the charts.
    ///
    /// @param pairs aligned runs
    /// @param margin of the mean loss, relative; absent if no gate has one
    /// @return for a screen and a phone; null if the sides have no loss in common
    public static @Nullable LossCharts of(List<Alignment> pairs, OptionalDouble margin) {
        List<Point> points = pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .flatMap(run -> run.losses().stream())
                .toList();
        if (points.isEmpty()) {
            return null;
        }
        StepAxis axis = StepAxis.of(points);
        List<Place> places = Place.of(pairs, axis);
        if (places.isEmpty()) {
            return null;
        }
        LossChart chart = new LossChart(pairs, axis, places, margin);
        Drawing wide = chart.draw(Drawing.Size.WIDE);
        Drawing narrow = chart.draw(Drawing.Size.NARROW);
        return new LossCharts(
                wide.svg(), narrow.svg(), Drawing.data(List.of(wide, narrow), places, axis.label(), pairs.size()));
    }

    private Drawing draw(Drawing.Size size) {
        List<Place> bins = Place.bins(places, size.bins());
        CombinedDomainXYPlot plot = new CombinedDomainXYPlot(numbers(axis.label()));
        plot.setGap(14);
        plot.add(losses(bins), 5);
        plot.add(differences(bins), 2);
        XYPlot scales = scales();
        if (scales != null) {
            plot.add(scales, 2);
        }
        List<?> subplots = plot.getSubplots();
        for (int i = 0; i < subplots.size(); i++) {
            XYPlot subplot = (XYPlot) subplots.get(i);
            for (StepAxis.Start start : axis.marked(Math.min(MARKS, size.bins() / 60))) {
                subplot.addDomainMarker(epoch(start, i == 0));
            }
        }
        return Drawing.of(new JFreeChart(null, FONT, plot, true), size, plot);
    }

    private static XYPlot losses(List<Place> bins) {
        XYSeries reference = new XYSeries("reference");
        XYSeries candidate = new XYSeries("candidate");
        for (Place bin : bins) {
            reference.add((double) bin.step(), finite(bin.reference().mean()));
            candidate.add((double) bin.step(), finite(bin.candidate().mean()));
        }
        XYSeriesCollection lines = new XYSeriesCollection(reference);
        lines.addSeries(candidate);
        XYItemRenderer renderer = lines(bins.size(), Drawing.REFERENCE, Drawing.CANDIDATE);
        renderer.setSeriesStroke(0, new BasicStroke(3)); // shows on both sides of the candidate's where they agree
        XYPlot plot = plot(lines, "loss", renderer);
        plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
        band(plot, bins, 1, Place::reference, Drawing.REFERENCE);
        band(plot, bins, 2, Place::candidate, Drawing.CANDIDATE);
        return plot;
    }

    private XYPlot differences(List<Place> bins) {
        XYSeries gap = new XYSeries("difference");
        for (Place bin : bins) {
            gap.add((double) bin.step(), finite(bin.gap().mean()));
        }
        XYPlot plot = plot(new XYSeriesCollection(gap), "difference, %", lines(bins.size(), Drawing.DIFFERENCE));
        band(plot, bins, 1, Place::gap, Drawing.DIFFERENCE);
        ((NumberAxis) plot.getRangeAxis()).setAutoRangeIncludesZero(true);
        plot.setRangeZeroBaselineVisible(true);
        plot.setRangeZeroBaselinePaint(Drawing.INK);
        margin.ifPresent(bound -> {
            for (double at : new double[] {-100 * bound, 100 * bound}) {
                plot.addRangeMarker(new ValueMarker(at, Drawing.MARGIN, dashed()));
            }
        });
        return plot;
    }

    /// Draws the first pair's loss scale and where it skips steps; null if no scale is recorded.
    private @Nullable XYPlot scales() {
        Alignment pair = pairs.getFirst();
        List<Point> reference = pair.reference().series(Series.LOSS_SCALE);
        List<Point> candidate = pair.candidate().series(Series.LOSS_SCALE);
        if (reference.isEmpty() || candidate.isEmpty()) {
            return null;
        }
        XYSeriesCollection scales = new XYSeriesCollection(changes("reference", reference));
        scales.addSeries(changes("candidate", candidate));
        XYStepRenderer renderer = new XYStepRenderer();
        XYPlot plot = plot(scales, "log2 of scale", styled(renderer, Drawing.REFERENCE, Drawing.CANDIDATE));
        plot.getRangeAxis().setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        XYSeriesCollection skips = new XYSeriesCollection(
                skips("skipped by the reference", pair.reference().series(Series.SKIPPED), reference));
        skips.addSeries(skips("skipped by the candidate", pair.candidate().series(Series.SKIPPED), candidate));
        XYLineAndShapeRenderer marks = new XYLineAndShapeRenderer(false, true);
        styled(marks, Drawing.REFERENCE, Drawing.CANDIDATE);
        for (int side = 0; side < 2; side++) {
            marks.setSeriesShape(side, new Ellipse2D.Double(-2.5, -2.5, 5, 5));
            marks.setSeriesVisibleInLegend(side, false);
            renderer.setSeriesVisibleInLegend(side, false);
        }
        plot.setDataset(1, skips);
        plot.setRenderer(1, marks);
        return plot;
    }

    /// Only changes are drawn.
    private XYSeries changes(String name, List<Point> points) {
        XYSeries series = new XYSeries(name);
        double last = Double.NaN;
        for (Point point : points) {
            if (point.value() != last) {
                last = point.value();
                series.add((double) axis.at(point), log2(last));
            }
        }
        series.addOrUpdate((double) axis.at(points.getLast()), log2(last));
        return series;
    }

    private XYSeries skips(String name, List<Point> skipped, List<Point> scales) {
        XYSeries series = new XYSeries(name);
        NavigableMap<Long, Double> scale = new TreeMap<>();
        scales.forEach(point -> scale.put(axis.at(point), point.value()));
        for (Point point : skipped) {
            Map.Entry<Long, Double> before = scale.floorEntry(axis.at(point));
            if (point.value() != 0 && before != null) {
                series.addOrUpdate((double) axis.at(point), log2(before.getValue()));
            }
        }
        return series;
    }

    private static double log2(double value) {
        return finite(Math.log(value) / Math.log(2));
    }

    /// A chart leaves a gap where a value is not finite.
    private static double finite(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }

    private static void band(XYPlot plot, List<Place> bins, int index, Function<Place, Place.Range> of, Color color) {
        YIntervalSeries series = new YIntervalSeries("band");
        for (Place bin : bins) {
            Place.Range range = of.apply(bin);
            if (Double.isFinite(range.low()) && Double.isFinite(range.high())) {
                series.add((double) bin.step(), range.mean(), range.low(), range.high());
            }
        }
        YIntervalSeriesCollection data = new YIntervalSeriesCollection();
        data.addSeries(series);
        DeviationRenderer renderer = new DeviationRenderer(false, false);
        renderer.setSeriesFillPaint(0, color);
        renderer.setAlpha(0.2f);
        renderer.setSeriesVisibleInLegend(0, false);
        plot.setDataset(index, data);
        plot.setRenderer(index, renderer);
    }

    /// A thin line where an epoch begins, its label to the right.
    private static ValueMarker epoch(StepAxis.Start start, boolean labelled) {
        ValueMarker marker = new ValueMarker(start.before(), Drawing.GREY, new BasicStroke(0.8f));
        if (labelled) {
            marker.setLabel("epoch %d".formatted(start.epoch()));
        }
        marker.setLabelFont(FONT.deriveFont(10f));
        marker.setLabelPaint(Drawing.GREY);
        marker.setLabelBackgroundColor(Drawing.CLEAR);
        marker.setLabelAnchor(RectangleAnchor.TOP_RIGHT);
        marker.setLabelTextAnchor(TextAnchor.TOP_LEFT);
        marker.setLabelOffset(new RectangleInsets(2, 3, 2, 3));
        return marker;
    }

    private static BasicStroke dashed() {
        return new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);
    }

    private static NumberAxis numbers(String label) {
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(false);
        axis.setLabelFont(FONT);
        axis.setTickLabelFont(FONT);
        axis.setLabelPaint(Drawing.INK);
        axis.setTickLabelPaint(Drawing.INK);
        axis.setAxisLinePaint(Drawing.GREY);
        axis.setTickMarkPaint(Drawing.GREY);
        return axis;
    }

    private static XYPlot plot(XYSeriesCollection data, String label, XYItemRenderer renderer) {
        XYPlot plot = new XYPlot(data, null, numbers(label), renderer);
        plot.setBackgroundPaint(null);
        plot.setDomainGridlinePaint(Drawing.GRID);
        plot.setRangeGridlinePaint(Drawing.GRID);
        plot.setOutlineVisible(false);
        return plot;
    }

    private static XYItemRenderer lines(int points, Color... colors) {
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, points <= SPARSE);
        for (int i = 0; i < colors.length; i++) {
            renderer.setSeriesShape(i, new Ellipse2D.Double(-2, -2, 4, 4));
        }
        return styled(renderer, colors);
    }

    private static XYItemRenderer styled(XYItemRenderer renderer, Color... colors) {
        for (int i = 0; i < colors.length; i++) {
            renderer.setSeriesPaint(i, colors[i]);
            renderer.setSeriesStroke(i, new BasicStroke(1.4f));
        }
        return renderer;
    }
}
