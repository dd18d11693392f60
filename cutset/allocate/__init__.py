"""Where to place scarce ships and teams against traffickers who adapt: proposals, with bounds and how sure they are."""
