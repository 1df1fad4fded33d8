/** Whether the servers start, keep what they promised, and end. */
@NullMarked
package org.leftfold.servers;

import org.jspecify.annotations.NullMarked;
