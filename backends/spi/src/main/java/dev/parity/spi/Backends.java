package dev.parity.spi;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// The backends on the class path.
public final class Backends {
    private Backends() {}

    /// Lists every provider.
    ///
    /// @return sorted by id
    public static List<BackendProvider> all() {
        return ServiceLoader.load(BackendProvider.Catalogue.class).stream()
                .flatMap(catalogue -> catalogue.get().providers().stream())
                .sorted(Comparator.comparing(BackendProvider::id))
                .toList();
    }

    /// Finds a provider.
    ///
    /// @param id as [BackendProvider#id()]
    /// @return the provider
    /// @throws IllegalArgumentException if there is none, with the ids that exist
    public static BackendProvider provider(String id) {
        List<BackendProvider> all = all();
        return all.stream()
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no backend '%s', there are %s"
                        .formatted(id, all.stream().map(BackendProvider::id).toList())));
    }
}
