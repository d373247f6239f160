package dev.parity.cpu;

import dev.parity.spi.MatrixRule;
import dev.parity.spi.NumericMode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;

/// Modes and rules with some of their fields changed.
public final class Modes {
    private Modes() {}

    public static NumericMode changed(NumericMode mode, Map<String, ?> changes) {
        return copy(mode, changes);
    }

    public static MatrixRule changed(MatrixRule rule, Map<String, ?> changes) {
        return copy(rule, changes);
    }

    @SuppressWarnings("unchecked") // the constructor's own class
    private static <R extends Record> R copy(R record, Map<String, ?> changes) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = new Object[components.length];
        try {
            for (int i = 0; i < values.length; i++) {
                String name = components[i].getName();
                values[i] = changes.containsKey(name)
                        ? changes.get(name)
                        : components[i].getAccessor().invoke(record);
            }
            return (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException broken) {
            throw new LinkageError("no record of its own components: " + record, broken);
        }
    }
}
