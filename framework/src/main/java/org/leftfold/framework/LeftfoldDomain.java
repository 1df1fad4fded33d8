package org.leftfold.framework;

import java.util.List;
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
}
