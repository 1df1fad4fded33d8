package org.leftfold.framework.transform;

import java.util.Map;

/**
 * The transformations of an application, for tools such as {@code leftfold transform}: a service
 * that {@link java.util.ServiceLoader} finds, so it has a public constructor without parameters and
 * is named in {@code META-INF/services/org.leftfold.framework.transform.TransformationProvider}.
 */
public interface TransformationProvider {
    /** The transformations by name; one that gives something else has another name. */
    Map<String, Transformation> transformations();
}
