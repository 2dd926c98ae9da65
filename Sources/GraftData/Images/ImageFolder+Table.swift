import Foundation

extension ImageFolder {
  /// The files that a table names, with the classes that it gives them.
  ///
  /// - Parameters:
  ///   - table: A table with a row for each file.
  ///   - fileColumn: The column of the files' paths, relative to `folder`.
  ///   - target: The column of the classes.
  ///   - folder: Where the files are.
  ///   - classNames: The values of the target that are classes 0, 1, … By default those that occur, in order of
  ///     number if they all are numbers, else of text.
  ///   - decoding: How files become pixels. Default: upright, in RGB.
  ///   - brokenFiles: What becomes of a file that can't be decoded, or is not there. Default: its error is thrown.
  /// - Throws: ``DataError`` with the line if there is no such column, or if a path or a class is missing.
  public init(
    _ table: DataTable, files fileColumn: String, target: String, in folder: URL, classNames: [String]? = nil,
    decoding: ImageDecoding = .rgb, brokenFiles: BrokenFiles = .stop
  ) throws {
    let index = try table.index(of: fileColumn)
    let paths = table.rows.map { $0[index] }
    if let row = paths.firstIndex(of: "") {
      throw table.fault(inRow: row, column: index, "is missing", advice: "Remove rows without a file")
    }
    let (labels, names) = try table.classes(in: target, named: classNames)
    try self.init(
      files: paths.map { folder.appending(path: $0) }, labels: labels.map(Int.init), classNames: names,
      decoding: decoding, brokenFiles: brokenFiles)
  }
}
