import type { Recipe } from '../engine/recipe.ts';
import type { RecipeModel } from '../engine/shard-models.ts';

export declare const recipe: Recipe;
export declare function openModels(baseUrl: string, session?: number): Readonly<Record<string, RecipeModel>>;
