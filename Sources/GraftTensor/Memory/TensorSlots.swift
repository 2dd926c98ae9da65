/// Numbered places for tensors of floats, all empty at first: where the gradients of recorded values wait.
///
/// Each operation's backward pass comes here twice. So the places are plain memory, and only those in use are visited
/// at the end.
package final class TensorSlots {
  private let places: UnsafeMutablePointer<Tensor<Float>?>
  private let count: Int

  /// `count` empty places.
  package init(count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: nil, count: count)
    self.count = count
  }

  deinit {
    for place in 0..<count where places[place] != nil { places[place] = nil }
    places.deallocate()
  }

  /// Removes and returns what is at a place.
  package func take(_ place: Int) -> Tensor<Float>? {
    require(place >= 0 && place < count, "TensorSlots: there is no place \(place) of \(count)")
    return places[place].take()
  }

  /// Adds to the tensor at a place, in place unless somebody else holds it; puts `tensor` there if there is none.
  package func add(_ tensor: consuming Tensor<Float>, to place: Int) {
    require(place >= 0 && place < count, "TensorSlots: there is no place \(place) of \(count)")
    if places[place] == nil {
      places[place] = tensor
    } else {
      places[place]? += tensor
    }
  }
}
