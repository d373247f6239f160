package dev.parity.reports.internal;

/// The charts of a loss over its steps.
///
/// @param wide SVG element for a screen
/// @param narrow SVG element for a phone
/// @param data JSON of the points and of where they are drawn, for the script
public record LossCharts(String wide, String narrow, String data) {}
