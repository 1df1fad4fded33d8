/**
 * What the formats need of JSON: writing text whose every byte is decided here ({@link
 * org.leftfold.cli.json.JsonText}), and reading with limits that fit the store's own ({@link
 * org.leftfold.cli.json.JsonReading}).
 */
@NullMarked
package org.leftfold.cli.json;

import org.jspecify.annotations.NullMarked;
