package dev.parity.reports.internal;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.svg.SVGGraphics2D;
import org.jfree.svg.ViewBox;
import tools.jackson.databind.json.JsonMapper;

/// A chart as an SVG element that scales with its page and takes its colours from it.
///
/// @param size what it is drawn for
/// @param svg the element
/// @param areas where each plot's data lie, in units of the viewBox: x, y, width, height
/// @param from the axis' lower end
/// @param to its upper end
record Drawing(Size size, String svg, List<List<Double>> areas, double from, double to) {
    static final Color REFERENCE = new Color(1, 0, 0);
    static final Color CANDIDATE = new Color(2, 0, 0);
    static final Color DIFFERENCE = new Color(3, 0, 0);
    static final Color INK = new Color(4, 0, 0);
    static final Color GREY = new Color(5, 0, 0);
    static final Color GRID = new Color(6, 0, 0);
    static final Color MARGIN = new Color(7, 0, 0);
    static final Color CLEAR = new Color(0, 0, 0, 0);

    /// What stands for a colour, and its name in the page's styles.
    private static final Map<Color, String> NAMES = Map.of(
            REFERENCE, "reference",
            CANDIDATE, "candidate",
            DIFFERENCE, "difference",
            INK, "ink",
            GREY, "grey",
            GRID, "grid",
            MARGIN, "margin");
    /// The script shows and zooms into so many places at most.
    private static final int PLACES = 4000;

    /// What a chart is drawn for.
    enum Size {
        /// A screen.
        WIDE(960, 620, 800),
        /// A phone.
        NARROW(440, 640, 300);

        private final int width;
        private final int height;
        private final int bins;

        Size(int width, int height, int bins) {
            this.width = width;
            this.height = height;
            this.bins = bins;
        }

        int bins() {
            return bins;
        }

        String css() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Drawing of(JFreeChart chart, Size size, CombinedDomainXYPlot plot) {
        chart.setBackgroundPaint(null);
        chart.setPadding(new RectangleInsets(4, 0, 4, 12));
        chart.getLegend().setItemPaint(INK);
        chart.getLegend().setBackgroundPaint(null);
        chart.getLegend().setFrame(BlockBorder.NONE);
        SVGGraphics2D graphics = new SVGGraphics2D(size.width, size.height);
        graphics.setDefsKeyPrefix(size.css());
        graphics.setGeomDoubleConverter(Drawing::number);
        graphics.setTransformDoubleConverter(Drawing::number);
        ChartRenderingInfo info = new ChartRenderingInfo();
        info.setEntityCollection(null);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, size.width, size.height), info);
        List<List<Double>> areas = new ArrayList<>();
        for (int i = 0; i < info.getPlotInfo().getSubplotCount(); i++) {
            Rectangle2D area = info.getPlotInfo().getSubplotInfo(i).getDataArea();
            areas.add(List.of(area.getX(), area.getY(), area.getWidth(), area.getHeight()));
        }
        String svg = graphics.getSVGElement(size.css(), false, new ViewBox(0, 0, size.width, size.height), null, null);
        return new Drawing(
                size,
                accessible(coloured(svg), size),
                areas,
                plot.getDomainAxis().getLowerBound(),
                plot.getDomainAxis().getUpperBound());
    }

    /// A tenth of a unit is less than a pixel shows.
    private static String number(double value) {
        double rounded = Math.round(10 * value) / 10.0;
        return rounded == Math.rint(rounded) ? String.valueOf((long) rounded) : String.valueOf(rounded);
    }

    private static String coloured(String svg) {
        String coloured = svg;
        for (Map.Entry<Color, String> each : NAMES.entrySet()) {
            coloured = coloured.replace(
                    "rgb(%d,0,0)".formatted(each.getKey().getRed()), "var(--%s)".formatted(each.getValue()));
        }
        return coloured;
    }

    private static String accessible(String svg, Size size) {
        String id = size.css();
        // HTML knows no namespaces
        return svg.replaceFirst(" xmlns:jfreesvg='[^']*'", "")
                .replaceFirst(
                        "<svg ([^>]*)>",
                        "<svg $1 class=\"chart %s\" role=\"img\" tabindex=\"0\" aria-labelledby=\"%s-title %s-desc\"><title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>"
                                .formatted(
                                        id, id, id, id, Texts.english("chart.title"), id, Texts.english("chart.desc")));
    }

    /// Writes what the script reads.
    static String data(List<Drawing> drawings, List<Place> places, String label, int seeds) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("label", label);
        data.put("seeds", seeds);
        for (Drawing each : drawings) {
            data.put(each.size.css(), Map.of("areas", each.areas, "from", each.from, "to", each.to));
        }
        data.put(
                "places",
                Place.bins(places, PLACES).stream()
                        .map(place -> List.of(
                                place.step(),
                                text(place.reference().mean()),
                                text(place.candidate().mean()),
                                text(place.gap().mean()),
                                text(place.reference().low()),
                                text(place.reference().high()),
                                text(place.candidate().low()),
                                text(place.candidate().high())))
                        .toList());
        return JsonMapper.shared().writeValueAsString(data);
    }

    /// A number of five digits; a text where it is none.
    private static Object text(double value) {
        return Double.isFinite(value) ? Double.valueOf("%.5g".formatted(value)) : String.valueOf(value);
    }
}
