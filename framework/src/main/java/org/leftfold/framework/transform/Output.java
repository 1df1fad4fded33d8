package org.leftfold.framework.transform;

import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;

/** An event as it is to be stored, with its id and its provenance. */
record Output(Key key, StreamName stream, NewEvent event) {}
