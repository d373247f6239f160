package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import java.util.List;

/// What an operator is given besides tensors and plain numbers.
sealed interface Operand {
    /// One number of a type.
    ///
    /// @param value rounded to the type
    /// @param type FLOAT or DOUBLE
    record Scalar(double value, DataType type) implements Operand {
        static Scalar of(double value) {
            return new Scalar(value, DataType.FLOAT);
        }
    }

    /// A list of numbers.
    ///
    /// @param values such as axes
    record Ints(List<Integer> values) implements Operand {
        /// Copies the list.
        public Ints {
            values = List.copyOf(values);
        }

        static Ints of(Integer... values) {
            return new Ints(List.of(values));
        }
    }

    /// A list of choices.
    ///
    /// @param values such as which gradients are wanted
    record Flags(List<Boolean> values) implements Operand {
        /// Copies the list.
        public Flags {
            values = List.copyOf(values);
        }
    }

    /// Nothing, where an operator allows it.
    record Absent() implements Operand {}
}
