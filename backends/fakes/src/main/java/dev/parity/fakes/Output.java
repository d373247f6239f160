package dev.parity.fakes;

/// What a program printed.
///
/// @param status with which it ended
/// @param text all that it printed
public record Output(int status, String text) {}
