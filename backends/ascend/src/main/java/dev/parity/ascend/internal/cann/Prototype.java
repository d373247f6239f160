package dev.parity.ascend.internal.cann;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A C function: its name, and its type in letters, such as `I(AJI)`.
///
/// The letters: A address, I 32 bits, J 64 bits, S 16 bits, B 8 bits, Z bool, F float, D double, and `{I}` a union
/// of one int that is passed by value. The result stands before the bracket.
///
/// @param name as the library exports it
/// @param type result and arguments
public record Prototype(String name, String type) {
    /// Returns the descriptor that a call is linked by.
    ///
    /// @return of the letters
    public FunctionDescriptor descriptor() {
        List<MemoryLayout> layouts = new ArrayList<>();
        for (int i = 0; i < type.length(); i++) {
            char letter = type.charAt(i);
            if (letter == '{') {
                layouts.add(MemoryLayout.unionLayout(layout(type.charAt(i + 1))));
                i += 2;
            } else if (letter != '(' && letter != ')') {
                layouts.add(layout(letter));
            }
        }
        return FunctionDescriptor.of(
                layouts.getFirst(), layouts.subList(1, layouts.size()).toArray(MemoryLayout[]::new));
    }

    private ValueLayout layout(char letter) {
        return switch (letter) {
            case 'A' -> ValueLayout.ADDRESS;
            case 'I' -> ValueLayout.JAVA_INT;
            case 'J' -> ValueLayout.JAVA_LONG;
            case 'S' -> ValueLayout.JAVA_SHORT;
            case 'B' -> ValueLayout.JAVA_BYTE;
            case 'Z' -> ValueLayout.JAVA_BOOLEAN;
            case 'F' -> ValueLayout.JAVA_FLOAT;
            case 'D' -> ValueLayout.JAVA_DOUBLE;
            default -> throw new IllegalArgumentException("no such letter in %s %s".formatted(name, type));
        };
    }

    @Override
    public String toString() {
        return name + " " + type;
    }
}
