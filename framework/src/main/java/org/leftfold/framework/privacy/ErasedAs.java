package org.leftfold.framework.privacy;

import java.lang.reflect.RecordComponent;
import tools.jackson.databind.JsonNode;

/**
 * What a component reads as after an erasure, because it says so itself.
 *
 * @param component the component
 * @param value what is read
 */
public record ErasedAs(RecordComponent component, JsonNode value) {}
