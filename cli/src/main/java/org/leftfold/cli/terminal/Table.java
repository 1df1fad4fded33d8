package org.leftfold.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows below headings, each column as wide as it has to be. For one thread. */
public final class Table {
    private static final String GAP = "  ";
    private static final String INDENT = "    ";

    private record Column(String heading, boolean isRight) {}

    private record Row(List<String> cells, List<String> below) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /** One more column, of texts. */
    public Table texts(String heading) {
        columns.add(new Column(heading, false));
        return this;
    }

    /** One more column, of numbers. */
    public Table numbers(String heading) {
        columns.add(new Column(heading, true));
        return this;
    }

    /** One more row. */
    public Table row(List<String> cells) {
        assert cells.size() == columns.size() : cells;
        rows.add(new Row(List.copyOf(cells), new ArrayList<>()));
        return this;
    }

    /** A line below the last row, of its own width. */
    public Table below(String text) {
        rows.getLast().below.add(text);
        return this;
    }

    /** The lines, headings first. */
    public List<String> lines(Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(style.bold(line(columns.stream().map(Column::heading).toList())));
        for (Row row : rows) {
            lines.add(line(row.cells));
            row.below.forEach(text -> lines.add(INDENT + text));
        }
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String room = " ".repeat(width(i) - cell.length());
            line.append(i == 0 ? "" : GAP);
            line.append(columns.get(i).isRight ? room + cell : cell + room);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = columns.get(column).heading.length();
        for (Row row : rows) {
            width = Math.max(width, row.cells.get(column).length());
        }
        return width;
    }
}
