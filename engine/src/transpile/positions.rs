//! From a place in transpiled code back to the source.

use oxc_sourcemap::SourceMap;

/// Where each part of a transpiled file comes from.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    /// Sorted by the place in the code: line and column there, line and column in the source, all from 0.
    tokens: Vec<[u32; 4]>,
}

impl Positions {
    /// The positions of a source map; none if there is no map.
    pub(crate) fn new(map: Option<SourceMap<'_>>) -> Self {
        let mut tokens: Vec<[u32; 4]> = map
            .iter()
            .flat_map(SourceMap::get_tokens)
            .map(|token| {
                [token.get_dst_line(), token.get_dst_col(), token.get_src_line(), token.get_src_col()]
            })
            .collect();
        tokens.sort_unstable();
        Self { tokens }
    }

    /// The line and column of the source, from 1, for those of the code, from 1.
    pub(crate) fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let wanted = [line.checked_sub(1)?, column.saturating_sub(1), u32::MAX, u32::MAX];
        let after = self.tokens.partition_point(|token| *token <= wanted);
        let [token_line, _, source_line, source_column] = *self.tokens.get(after.checked_sub(1)?)?;
        (token_line == wanted[0]).then_some((source_line + 1, source_column + 1))
    }
}
