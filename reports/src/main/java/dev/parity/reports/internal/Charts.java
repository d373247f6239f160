package dev.parity.reports.internal;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.renderer.xy.XYStepRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/// Charts as SVG elements.
public final class Charts {
    private static final Color REFERENCE = new Color(0x1f, 0x6f, 0xeb);
    private static final Color CANDIDATE = new Color(0xd9, 0x48, 0x0f);
    private static final Color DIFFERENCE = new Color(0x1f, 0x23, 0x28);
    private static final Color GRID = new Color(0xdd, 0xdd, 0xdd);
    private static final Color EPOCH = new Color(0x6e, 0x77, 0x81);
    private static final Font FONT = new Font("SansSerif", Font.PLAIN, 12);
    private static final int WIDTH = 960;
    /// More epochs than this are not marked one by one: their labels would run into each other.
    private static final int MARKS = 12;
    /// More points than this are averaged in bins: a screen shows no more.
    private static final int POINTS = 400;

    private Charts() {}

    /// Draws the losses of both sides, averaged over seeds, and below them their relative difference.
    ///
    /// @param pairs aligned runs
    /// @return an SVG element; empty if the sides have no loss in common
    public static String losses(List<Alignment> pairs) {
        List<Point> points = pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .flatMap(run -> run.losses().stream())
                .toList();
        if (points.isEmpty()) {
            return "";
        }
        StepAxis steps = StepAxis.of(points);
        List<Place> places = places(pairs, steps);
        if (places.isEmpty()) {
            return "";
        }
        XYSeries reference = new XYSeries("reference");
        XYSeries candidate = new XYSeries("candidate");
        XYSeries gap = new XYSeries("difference");
        int bin = (places.size() + POINTS - 1) / POINTS;
        for (int first = 0; first < places.size(); first += bin) {
            List<Place> binned = places.subList(first, Math.min(first + bin, places.size()));
            double a = binned.stream().mapToDouble(Place::reference).sum();
            double b = binned.stream().mapToDouble(Place::candidate).sum();
            int terms = binned.size() * pairs.size();
            double x = binned.getLast().step();
            reference.add(x, finite(a / terms));
            candidate.add(x, finite(b / terms));
            gap.add(x, finite(100 * (b / a - 1)));
        }
        XYSeriesCollection curves = new XYSeriesCollection(reference);
        curves.addSeries(candidate);
        CombinedDomainXYPlot plot = new CombinedDomainXYPlot(axis(steps.label()));
        XYPlot above = plot(curves, "loss", lines(REFERENCE, CANDIDATE));
        XYPlot below = plot(new XYSeriesCollection(gap), "difference, %", lines(DIFFERENCE));
        ((NumberAxis) below.getRangeAxis()).setAutoRangeIncludesZero(true);
        below.setRangeZeroBaselineVisible(true);
        for (StepAxis.Start start : steps.marked(MARKS)) {
            above.addDomainMarker(epochMarker(start.before(), "epoch %d".formatted(start.epoch())));
            below.addDomainMarker(epochMarker(start.before(), ""));
        }
        plot.setGap(14);
        plot.add(above, 3);
        plot.add(below, 1);
        return svg(new JFreeChart(null, FONT, plot, true), 420, "loss");
    }

    /// The losses of all pairs at one step.
    ///
    /// @param step on the axis
    /// @param pairs that have it
    /// @param reference sum of their losses
    /// @param candidate sum of their losses
    private record Place(long step, int pairs, double reference, double candidate) {
        Place plus(Place other) {
            return new Place(step, pairs + other.pairs, reference + other.reference, candidate + other.candidate);
        }
    }

    /// Returns the steps that all pairs have, in ascending order.
    private static List<Place> places(List<Alignment> pairs, StepAxis axis) {
        SortedMap<Long, Place> places = new TreeMap<>();
        for (Alignment pair : pairs) {
            for (Alignment.Points losses : pair.losses()) {
                long step = axis.at(losses.reference());
                double reference = losses.reference().value();
                double candidate = losses.candidate().value();
                places.merge(step, new Place(step, 1, reference, candidate), Place::plus);
            }
        }
        return places.values().stream()
                .filter(place -> place.pairs() == pairs.size())
                .toList();
    }

    /// A thin line where an epoch begins, its label to the right.
    private static ValueMarker epochMarker(long start, String label) {
        ValueMarker marker = new ValueMarker(start, EPOCH, new BasicStroke(0.8f));
        marker.setLabel(label);
        marker.setLabelFont(FONT.deriveFont(10f));
        marker.setLabelPaint(EPOCH);
        marker.setLabelBackgroundColor(Color.WHITE);
        marker.setLabelAnchor(RectangleAnchor.TOP_RIGHT);
        marker.setLabelTextAnchor(TextAnchor.TOP_LEFT);
        marker.setLabelOffset(new RectangleInsets(2, 3, 2, 3));
        return marker;
    }

    /// Draws the loss scale of the first pair of runs.
    ///
    /// @param pairs aligned runs
    /// @return an SVG element; empty if no scale is recorded
    public static String scales(List<Alignment> pairs) {
        Alignment pair = pairs.getFirst();
        List<Point> reference = pair.reference().series(Series.LOSS_SCALE);
        List<Point> candidate = pair.candidate().series(Series.LOSS_SCALE);
        if (reference.isEmpty() || candidate.isEmpty()) {
            return "";
        }
        XYSeriesCollection series = new XYSeriesCollection(scale("reference", reference));
        series.addSeries(scale("candidate", candidate));
        XYStepRenderer renderer = new XYStepRenderer();
        renderer.setSeriesPaint(0, REFERENCE);
        renderer.setSeriesPaint(1, CANDIDATE);
        XYPlot plot = plot(series, "log2 of the loss scale", renderer);
        plot.getRangeAxis().setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        plot.setDomainAxis(axis("step"));
        return svg(new JFreeChart(null, FONT, plot, true), 260, "scale");
    }

    /// A chart leaves a gap where a value is not finite.
    private static double finite(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }

    /// Only changes are drawn.
    private static XYSeries scale(String name, List<Point> points) {
        XYSeries series = new XYSeries(name);
        double last = Double.NaN;
        for (Point point : points) {
            if (point.value() != last) {
                last = point.value();
                series.add((double) point.step(), finite(Math.log(last) / Math.log(2)));
            }
        }
        series.addOrUpdate((double) points.getLast().step(), finite(Math.log(last) / Math.log(2)));
        return series;
    }

    /// Draws the accuracy on each class.
    ///
    /// @param classes parts of the class gate
    /// @return an SVG element; empty if there are none
    public static String classes(List<Evidence.Part> classes) {
        if (classes.isEmpty()) {
            return "";
        }
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Evidence.Part part : classes) {
            data.addValue(part.reference(), "reference", part.name());
            data.addValue(part.candidate(), "candidate", part.name());
        }
        JFreeChart chart = ChartFactory.createBarChart(
                null, null, "accuracy, %", data, PlotOrientation.VERTICAL, true, false, false);
        CategoryPlot plot = chart.getCategoryPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(GRID);
        plot.setOutlineVisible(false);
        plot.getDomainAxis().setTickLabelFont(FONT);
        plot.getRangeAxis().setTickLabelFont(FONT);
        plot.getRangeAxis().setLabelFont(FONT);
        BarRenderer renderer = new BarRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setItemMargin(0.05);
        renderer.setSeriesPaint(0, REFERENCE);
        renderer.setSeriesPaint(1, CANDIDATE);
        plot.setRenderer(renderer);
        return svg(chart, 280, "class");
    }

    private static NumberAxis axis(String label) {
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(false);
        axis.setLabelFont(FONT);
        axis.setTickLabelFont(FONT);
        return axis;
    }

    private static XYPlot plot(XYSeriesCollection data, String label, XYItemRenderer renderer) {
        XYPlot plot = new XYPlot(data, null, axis(label), renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(GRID);
        plot.setRangeGridlinePaint(GRID);
        plot.setOutlineVisible(false);
        return plot;
    }

    private static XYItemRenderer lines(Color... colors) {
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        for (int i = 0; i < colors.length; i++) {
            renderer.setSeriesPaint(i, colors[i]);
            renderer.setSeriesStroke(i, new BasicStroke(1.4f));
        }
        return renderer;
    }

    private static String svg(JFreeChart chart, int height, String prefix) {
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(4, 4, 4, 12));
        if (chart.getLegend() != null) {
            chart.getLegend().setItemFont(FONT);
            chart.getLegend().setFrame(BlockBorder.NONE);
        }
        SVGGraphics2D graphics = new SVGGraphics2D(WIDTH, height);
        graphics.setDefsKeyPrefix(prefix);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
        return graphics.getSVGElement(prefix, true, null, null, null);
    }
}
