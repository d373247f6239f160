package dev.parity.trace;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// In which columns of a table, or fields of a JSON line, series stand.
///
/// @param columns name of a column by name of a [Series]
public record ColumnMap(Map<String, String> columns) {
    /// Leaves the search to the usual names.
    public static final ColumnMap USUAL = new ColumnMap(Map.of());

    /// Copies the map.
    public ColumnMap {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }
}
