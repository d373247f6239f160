package dev.parity.statistics.suspects;

import dev.parity.statistics.Suspect;

/// One observation that speaks for a suspect.
///
/// @param suspect the part of the training
/// @param weight how strongly, 0 to 100
/// @param sentence what was seen
record Clue(Suspect suspect, int weight, String sentence) {}
