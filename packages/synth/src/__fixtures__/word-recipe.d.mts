import type { Recipe, RecipeModel } from '@scalequest/synth';

export declare const recipe: Recipe;
export declare function openModels(baseUrl: string): Readonly<Record<string, RecipeModel>>;
