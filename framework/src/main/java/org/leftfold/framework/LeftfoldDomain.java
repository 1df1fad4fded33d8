package org.leftfold.framework;

import java.util.List;
import java.util.Optional;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.repository.Repository;

/**
 * What an application tells tools that look into its store, such as {@code leftfold state} and
 * {@code leftfold history}: a service that {@link java.util.ServiceLoader} finds, so it has a
 * public constructor without parameters and is named in {@code
 * META-INF/services/org.leftfold.framework.LeftfoldDomain}.
 */
public interface LeftfoldDomain {
    /** The repositories of the application, on the store that is looked into. */
    List<Repository<?, ?, ?>> repositories(Leftfold leftfold);

    /**
     * The projections of the application, with the store of their views, for {@code leftfold
     * projections}; empty if it has none. They are neither started nor closed by this.
     */
    default Optional<ProjectionsBuilder> projections(Leftfold leftfold) {
        return Optional.empty();
    }
}
