package org.leftfold.testkit.disk;

/**
 * One call that touches a simulated disk.
 *
 * @param index its number, the first call of a disk has 1
 * @param kind what is called
 * @param name the file, or an empty string where the call is about the directory
 * @param offset where in the file, 0 where that means nothing
 * @param byteCount how many bytes are asked for, 0 where that means nothing
 */
public record Call(int index, CallKind kind, String name, long offset, long byteCount) {}
