/**
 * Immutable files that hold the index of a range of positions. Derived from the log: a part that is
 * damaged is made again from it, and never gives a wrong answer.
 *
 * <p>Entry points: {@link org.leftfold.engine.index.part.PartWriter} writes a part from a memory
 * table, {@link org.leftfold.engine.index.part.PartMerge} makes one part of several adjacent ones,
 * {@link org.leftfold.engine.index.part.Part} answers from a part through the {@link
 * org.leftfold.engine.index.part.PageCache} that all parts share. None of them needs memory in
 * proportion to the events or keys of a part.
 *
 * <p>A file is a row of pages of 4096 bytes: a byte that says what it holds, its content, and in
 * the last 4 bytes a CRC-32C of all before them, of the identity of the part and of the page's
 * number. Nothing that is read in one piece crosses a page.
 *
 * <pre>
 * +--------+-----------+-----+--------------------------------+--------+--------+
 * | heap:  | directory | ids | leaf and inner pages of the    | filter | footer |
 * | places | of places |     | keys, heap pages with postings |        |        |
 * +--------+-----------+-----+--------------------------------+--------+--------+
 * </pre>
 *
 * <ul>
 *   <li>A <i>heap</i> page holds small blocks one after the other; a block is addressed by page and
 *       byte. Locations of 128 events each are such blocks, and so are 128 positions of a long list
 *       and the nodes above them.
 *   <li>The <i>directory</i> gives the block of each 128 locations: two pages for a location.
 *   <li><i>ids</i>: hash and position, sorted, of fixed width, found by interpolation.
 *   <li><i>keys</i>: a B+tree, filled from left to right. An entry holds its short list of
 *       positions itself; a long one is a tree of blocks on heap pages.
 *   <li><i>filter</i>: a Bloom filter whose bits for one key lie within 64 bytes.
 *   <li>The <i>footer</i>, the last page, is written last and says where all of it is.
 * </ul>
 *
 * <p>Bytes: {@code docs/format.md}. Read next: {@link org.leftfold.engine.index.part.PartFormat}.
 */
@NullMarked
package org.leftfold.engine.index.part;

import org.jspecify.annotations.NullMarked;
