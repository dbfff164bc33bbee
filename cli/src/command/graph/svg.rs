use std::fmt::Write;

use limbeck_core::graph::{Graph, draw as rows};
use limbeck_core::history::History;

use super::{escaped, line, title};

/// The width of a sign of the drawing, in pixels.
const STEP: usize = 12;
/// The height of one of its lines.
const HEIGHT: usize = 24;

/// The drawing of `showmigrations --graph` as a picture, the newest first.
pub(super) fn draw(history: &History, graph: &Graph) -> String {
    let rows = rows(graph, |_| '*');
    let lanes = rows.iter().map(|row| row.lanes.chars().count()).max().unwrap_or(0);
    let text_at = STEP * (lanes + 1);
    let mut lines = String::new();
    let mut marks = String::new();
    let mut longest = 0;
    for (number, row) in rows.iter().enumerate() {
        let (top, middle, bottom) = (number * HEIGHT, number * HEIGHT + HEIGHT / 2, (number + 1) * HEIGHT);
        for (column, sign) in row.lanes.chars().enumerate() {
            let x = STEP * (column + 1);
            let (from, to) = match sign {
                '|' => (x, x),
                '/' => (x + STEP, x - STEP),
                '\\' => (x - STEP, x + STEP),
                _ => continue,
            };
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "<path d=\"M{from} {top}L{to} {bottom}\"/>");
        }
        let Some(id) = &row.revision else { continue };
        let x = STEP * (row.lanes.chars().position(|sign| sign == '*').unwrap_or(0) + 1);
        if !graph.children(id).is_empty() {
            let _ = writeln!(lines, "<path d=\"M{x} {top}L{x} {middle}\"/>");
        }
        if !graph.parents(id).is_empty() {
            let _ = writeln!(lines, "<path d=\"M{x} {middle}L{x} {bottom}\"/>");
        }
        let remark = if graph.children(id).is_empty() { " (head)" } else { "" };
        let text = line(history, graph, id, remark);
        longest = longest.max(text.chars().count());
        let _ = writeln!(
            marks,
            "<g><title>{}</title><circle cx=\"{x}\" cy=\"{middle}\" r=\"5\"/><text x=\"{text_at}\" y=\"{}\">{}</text></g>",
            escaped(title(history, id)),
            middle + 4,
            escaped(&text)
        );
    }
    let (width, height) = (text_at + 8 * longest + STEP, HEIGHT * rows.len().max(1));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <g fill=\"none\" stroke=\"#888\" stroke-width=\"2\">\n{lines}</g>\n\
         <g fill=\"#246\" font-family=\"monospace\" font-size=\"13\">\n{marks}</g>\n</svg>\n"
    )
}

/// A page with the picture.
pub(super) fn page(database: &str, history: &History, graph: &Graph) -> String {
    let name = escaped(database);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Revisions of {name}</title>\n</head>\n\
         <body>\n<h1>Revisions of {name}</h1>\n{}</body>\n</html>\n",
        draw(history, graph)
    )
}
